# 1 小时 1 分，只计整分，余数转入下次；现场负责人认定；每日最多 8 小时；介绍新志愿者 2 分。
# 1 h = 1 point, whole points, the rest carried; the steward confirms; at most 8 h a day; 2 points for a newcomer.

story: the morning: Mei serves 2 h 10, the steward confirms, 2 points and 10 min carried, soap at Wang's
day 2026-03-02
donate   community 100.00 from "a neighbour"
record   mei  garden   09:00-11:10                -> awaits steward
balance  mei  0 points, 0 min
approve  mei  garden   as steward by lea          -> 2h10 counted, 2 points
balance  mei  2 points, 2h10
says     mei  garden   contains "服务 2 小时 10 分，得 2 积分，余 10 分钟转入下次"
hold     h1  mei  soap                            -> open, 2 points
confirm  h1  at wangs                             -> confirmed
confirm  h1  at wangs                             -> confirmed, again
balance  mei  0 points, 2h10

story: what is below a point is carried to the next service
day 2026-03-02
record   mei  garden   09:00-10:59
approve  mei  garden   as steward by lea          -> 1 points
day + 1
record   mei  library  09:00-09:01
approve  mei  library  as steward by lea          -> 1 points
balance  mei  2 points, 2h

story: eight hours of a day count, and no minute more
day 2026-03-02
record   mei  garden   08:00-16:00
approve  mei  garden   as steward by lea          -> 8h counted, 8 points
record   bo   garden   08:00-16:01
approve  bo   garden   as steward by lea          -> 8h counted, 8 points
balance  bo   8 points, 8h

story: hours typed in later are hours, and never points
day 2026-03-02
record   mei  garden   08:00-11:00  as backfill
approve  mei  garden   as steward by lea          -> 3h counted, 0 points
balance  mei  0 points, 3h

story: bringing a new volunteer is 2 points
day 2026-03-02
volunteer  mei
volunteer  bo  brought_by mei
balance    mei  2 points, 0 min
balance    bo   0 points

story: points can be used to the end of the next year
day 2026-03-02
record   mei  garden   08:00-10:00
approve  mei  garden   as steward by lea          -> 2 points
day 2027-12-31
balance  mei  2 points
day 2028-01-01
lapse    mei
balance  mei  0 points, 2h

story: an account holds 1,500 points, what is above can only be donated
day 2026-03-02
opening  mei  1499
record   mei  garden   08:00-11:00
approve  mei  garden   as steward by lea
balance  mei  1500 points, 2 donate_only
