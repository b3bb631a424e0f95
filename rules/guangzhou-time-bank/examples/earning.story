# 公益时间银行 2019：1 小时 = 1 分，只计整分；账户最多 1,500 分，超出的只能捐赠。
# 1 h = 1 point, whole points only; an account holds at most 1,500, what is above can only be donated.

table: one hour is one point, whole points only
day 2026-03-02
minutes  recorded_by   granted  -> minutes  points  awaits
59min    kiosk         steward  -> 59min    0       -
1h       kiosk         steward  -> 1h       1       -
1h59     kiosk         steward  -> 1h59     1       -
2h       self_located  steward  -> 2h       2       -
2h30     steward       steward  -> 2h30     2       -
2h30     kiosk         -        -> 0        0       steward
2h30     backfill      steward  -> 2h30     0       -

story: Mei's morning
day 2026-03-02
check_in   mei  garden  09:00             -> open
check_out  mei  garden  11:30             -> 150 min, 0 points, awaits steward
approve    mei  garden  by lea            -> awarded 2 points
balance    mei  2 points, 2h30
says       mei  garden  contains "2 h 30 min of service"
says       mei  garden  contains "服务 2 小时 30 分"

story: what the steward rejects counts nothing
day 2026-03-02
record   mei  garden  09:00-11:00  by kiosk              -> 120 min, 0 points, awaits steward
reject   mei  garden  by lea because "was not there"     -> 0 points
approve  mei  garden  by lea                             -> refused wrong_state state rejected
balance  mei  0 points, 0 min

story: what is left below a point is dropped
day 2026-03-02
record   mei  garden  09:00-09:40  by kiosk
approve  mei  garden  by lea                        -> 0 points
record   mei  garden  10:00-10:40  by kiosk
approve  mei  garden  by lea                        -> 0 points
balance  mei  0 points, 1h20

story: 1,500 held and 3 h more are 1,500 spendable and 3 that can only be donated
day 2026-03-02
opening  mei  1500
record   mei  garden  09:00-12:00  by kiosk
approve  mei  garden  by lea                        -> awarded 3 points
balance  mei  1500 points, 3 donate_only

story: the last hour that fits under the ceiling
day 2026-03-02
opening  mei  1499
record   mei  garden  09:00-10:00  by kiosk
approve  mei  garden  by lea                        -> awarded 1 points
balance  mei  1500 points, 0 donate_only
record   mei  garden  10:00-11:00  by kiosk
approve  mei  garden  by lea                        -> awarded 1 points
balance  mei  1500 points, 1 donate_only

story: points that are set aside count towards the ceiling, and come back above it
day 2026-03-02
repeat daily for 12 days
  record   mei  garden  09:00-18:00  by kiosk
  approve  mei  garden  by lea
opening  mei  1392                                  # 108 earned and 1,392 brought along
hold     h1   mei  museum_ticket                    -> open, 20 points
record   mei  library  19:00-21:00  by kiosk
approve  mei  library  by lea                       -> awarded 2 points
balance  mei  1480 points, 20 held, 2 donate_only
cancel   h1                                         -> released
balance  mei  1500 points, 0 held, 2 donate_only

story: a confirmed record is corrected, rejected and recorded again
day 2026-03-02
record    mei garden 09:00-11:00
approve   mei garden by lea                    -> 2 points
correct   mei garden to 09:00-13:00            -> 2 points
says      mei garden contains "4 h"
reject    mei garden by lea                    -> -4 points
record    mei garden 09:00-13:00               -> awaits steward, 0 points
approve   mei garden by lea                    -> 4 points
balance   mei 4 points, 4h
