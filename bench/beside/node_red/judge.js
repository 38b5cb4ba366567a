// What the function node sets up when it starts: a function that judges {at, channels, channel: [...], value: [...]}, what
// came in one minute, and answers with the moves, [rule, place, at, raised]. It is made once and not with each message, and
// takes from the sandbox once what lies outside of it, so that it becomes machine code and stays it. State lies in flat
// arrays; the windows are rings with running sums of whole hundredths, which are exact.
const SITE = 4, PERIOD = 60000, RING = 64;
const LEVEL = 0, RATE = 1, SUM = 2, MEAN = 3, HELD = 4, SILENCE = 5, KINDS = 6;
const NAMES = ["level", "rate", "sum", "mean", "held", "silence"];
const RAISE = [36.005, 600.3007, 900.005, 27.00037, 32.005];
const CLEAR = [31.005, 100.3007, 840.005, 25.00037, 30.005];
const HALF_HOUR = 30 * PERIOD, HOUR = 60 * PERIOD, HOLD = 300000, WHOLE = 90000, SILENT = 210000;
const { round, floor } = Math;
const signals = new Float64Array(4), sites = new Set();
let s = null, moves = [], now = 0;

function begin(channels) {
    return {
        at: new Float64Array(channels), value: new Float64Array(channels), since: new Float64Array(channels).fill(-1),
        on: new Uint8Array(channels * KINDS), two: new Uint8Array(floor(channels / SITE)),
        ringAt: new Float64Array(channels * RING), ringValue: new Float64Array(channels * RING),
        head: new Int32Array(channels), half: new Int32Array(channels), hour: new Int32Array(channels),
        halfSum: new Float64Array(channels), hourSum: new Float64Array(channels),
    };
}

function turn(kind, place, on) {
    s.on[place * KINDS + kind] = on ? 1 : 0;
    moves.push([NAMES[kind], place, now, on]);
    if (kind === LEVEL) sites.add(floor(place / SITE));
}

function hold(c, v, last) {
    const on = s.on[c * KINDS + HELD] === 1;
    if (!(on ? v < CLEAR[HELD] : v >= RAISE[HELD])) {
        s.since[c] = -1;
        return;
    }
    if (s.since[c] < 0 || now - last > WHOLE) s.since[c] = now;
    if (now - s.since[c] >= HOLD) {
        s.since[c] = -1;
        turn(HELD, c, !on);
    }
}

function take(c, v) {
    const last = s.at[c], ring = c * RING, whole = round(v * 100);
    if (s.on[c * KINDS + SILENCE]) turn(SILENCE, c, false);
    const head = s.head[c]++;
    s.ringAt[ring + (head & 63)] = now;
    s.ringValue[ring + (head & 63)] = whole;
    s.halfSum[c] += whole;
    s.hourSum[c] += whole;
    while (s.ringAt[ring + (s.half[c] & 63)] <= now - HALF_HOUR) s.halfSum[c] -= s.ringValue[ring + (s.half[c]++ & 63)];
    while (s.ringAt[ring + (s.hour[c] & 63)] <= now - HOUR) s.hourSum[c] -= s.ringValue[ring + (s.hour[c]++ & 63)];
    signals[LEVEL] = v;
    signals[RATE] = last ? ((v - s.value[c]) * 3600000) / (now - last) : NaN;
    signals[SUM] = s.halfSum[c] / 100;
    signals[MEAN] = s.hourSum[c] / 100 / (s.head[c] - s.hour[c]);
    for (let kind = LEVEL; kind <= MEAN; kind++) {
        const on = s.on[c * KINDS + kind] === 1;
        if (on ? signals[kind] < CLEAR[kind] : signals[kind] >= RAISE[kind]) turn(kind, c, !on);
    }
    hold(c, v, last);
    s.at[c] = now;
    s.value[c] = v;
}

function follow(site) {
    let stands = 0;
    for (let c = site * SITE; c < (site + 1) * SITE; c++) stands += s.on[c * KINDS + LEVEL];
    const on = stands >= 2;
    if (site < s.two.length && on !== (s.two[site] === 1)) {
        s.two[site] = on ? 1 : 0;
        moves.push(["two", site, now, on]);
    }
}

function judge({ at, channels, channel, value }) {
    if (s === null || s.at.length !== channels) s = begin(channels);
    now = at;
    moves = [];
    for (let i = 0; i < channel.length; i++) take(channel[i], value[i]);
    for (let c = 0; c < channels; c++) {
        if (s.at[c] !== at && !s.on[c * KINDS + SILENCE] && at - s.at[c] >= SILENT) turn(SILENCE, c, true);
    }
    for (const site of sites) follow(site);
    sites.clear();
    return moves;
}

context.set("judge", judge);
