# 向上取整到一刻钟；最低 -10 小时；说明会 2 小时。
# Up to the quarter hour; down to -10 h; orientation 2 h.

table: time is rounded up to the quarter hour
day 2026-03-02
minutes  -> minutes  points
1min     -> 15min    0.25
45min    -> 45min    0.75
46min    -> 1h       1
52min    -> 1h       1
1h       -> 1h       1
61min    -> 1h15     1.25
70min    -> 1h15     1.25

story: orientation is worth 2 h, once
day 2026-03-02
deed     mei  orientation              -> 2 points
deed     mei  orientation              -> 0 points
balance  mei  2 points

story: an account goes down to -10 h, and a spend that would reach -10.25 is refused
day 2026-03-02
hold     h1  mei  haircut times 40     -> open, 10 points
confirm  h1  at members                -> confirmed
balance  mei  0 points, -10 debt
hold     h2  mei  haircut              -> refused insufficient_points
record   mei  garden  09:00-09:52      -> 1 points
hold     h3  mei  haircut              -> open, 0.25 points
