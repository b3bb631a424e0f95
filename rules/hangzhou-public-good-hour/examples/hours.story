# 公益时：现场服务、献血、植树、捐步、公益消费。
# Public-good hours: service on site, blood, trees, steps, purchases.

table: what each deed is worth
day 2026-03-02
kind      quantity  -> points
blood     199       -> 0
blood     200       -> 4
blood     400       -> 8
tree      1         -> 1
steps     1         -> 0.1
purchase  1         -> 0.1
steps     3         -> 0.3

table: an hour on site
day 2026-03-02
minutes  -> points
1h       -> 1
6min     -> 0.1
5min     -> 0

story: 200 ml of blood and 3 step donations are 4.3 exactly
day 2026-03-02
deed     mei  blood 200       -> 4 points
repeat daily for 3 days
  deed   mei  steps 1         -> 0.1 points
balance  mei  4.3 points
