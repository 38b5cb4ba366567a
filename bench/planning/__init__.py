"""What `bench/planner.py` needs: districts to plan, a proven bound, and peers."""
