"""ThingsBoard's HTTP device API, so that devices made for it report here unchanged."""
