# 信用时数与荣誉时数；年底失效；库存显示在机上。
# Credit and honour hours; points lapse at the end of the year; the stock is shown at the machine.

table: credit hours earn, honour hours do not
day 2026-03-02
minutes  recorded_by  -> minutes  points
59min    kiosk        -> 59min    0
1h       kiosk        -> 1h       1
3h       kiosk        -> 3h       3
3h       backfill     -> 3h       0

story: 3 h typed in later are 3 h and 0 points
day 2026-03-02
record   mei  patrol  08:00-11:00  as backfill  -> 3h counted, 0 points
balance  mei  0 points, 3h

story: 10 points earned on 31 December are gone on 1 January
day 2026-12-31
record   mei  patrol  08:00-18:00      -> 10 points
balance  mei  10 points, 10 points until 2026-12-31, 10h
day 2027-01-01
balance  mei  0 points, 10h

story: the machine shows what is left, and the last one can be had
day 2026-03-02
record   mei  patrol  06:00-21:00      -> 15 points
stock    soap 2
hold     h1  mei  soap                 -> open, 5 points
confirm  h1  at machine                -> confirmed
stock    soap 1
hold     h2  mei  soap                 -> open
confirm  h2  at machine
stock    soap 0
hold     h3  mei  soap                 -> refused sold_out
