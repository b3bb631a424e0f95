# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: the right to back-fill is withdrawn for a year and until a hundred further hours are earned
standing            served                             flags                       day         -> in_force
backfill_withdrawn  2023-01-01:500h                    2024-03-01:false_backfill   2024-02-29  -> no
backfill_withdrawn  2023-01-01:500h                    2024-03-01:false_backfill   2024-03-01  -> yes
backfill_withdrawn  2023-01-01:500h,2024-04-01:99h     2024-03-01:false_backfill   2025-03-02  -> yes    # after a year, with 99 h
backfill_withdrawn  2023-01-01:500h,2024-04-01:99h59   2024-03-01:false_backfill   2025-03-02  -> yes
backfill_withdrawn  2023-01-01:500h,2024-04-01:100h    2024-03-01:false_backfill   2025-03-02  -> no
backfill_withdrawn  2023-01-01:500h,2024-04-01:150h    2024-03-01:false_backfill   2025-02-01  -> yes    # after eleven months, with 150 h
backfill_withdrawn  2023-01-01:500h,2024-04-01:150h    2024-03-01:false_backfill   2025-03-01  -> yes    # the last day of the year
backfill_withdrawn  2023-01-01:500h,2024-04-01:150h    2024-03-01:false_backfill   2025-03-02  -> no

table: meanwhile nothing can be back-filled, and everything else can be recorded
day 2024-06-01
act     recorded_by  flags                      -> refused
record  backfill     2024-03-01:false_backfill  -> backfill_withdrawn
record  kiosk        2024-03-01:false_backfill  -> -
record  backfill     -                          -> -

story: a back-filled record during the sanction is refused, and allowed again afterwards
day 2024-02-29
record  mei  garden  08:00-18:00  by backfill              -> 600 min counted
day 2024-03-01
state   mei  flags=false_backfill
record  mei  river   08:00-09:00  by backfill              -> 0 min counted
record  mei  river   10:00-11:00  by kiosk                 -> 60 min counted

table: false and duplicate back-filled hours are cancelled, and no others
minutes  recorded_by  evaluation  -> cancelled
1h       backfill     false       -> backfill_withdrawn
1h       backfill     duplicate   -> backfill_withdrawn
1h       backfill     true        -> -
1h       backfill     -           -> -
1h       kiosk        false       -> -
