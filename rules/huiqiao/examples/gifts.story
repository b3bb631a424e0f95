# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: each gift opens at its hours and uses none of them up
day 2017-06-01
reward         served            act.choice     -> refused        missing  points
small_gift     2017-02-01:9h59   fan            -> small_gift     1min     0
small_gift     2017-02-01:10h    fan            -> -              -        0
care_gift      2017-02-01:29h59  shampoo        -> care_gift      1min     0
care_gift      2017-02-01:30h    shampoo        -> -              -        0
thermos_flask  2017-02-01:49h59  -              -> thermos_flask  1min     0
thermos_flask  2017-02-01:50h    -              -> -              -        0
course         2017-02-01:99h59  -              -> course         1min     0
course         2017-02-01:100h   -              -> -              -        0
course         2017-02-01:140h   -              -> -              -        0

table: one of a bundle is chosen
day 2017-06-01
reward      served           act.choice     -> refused
small_gift  2017-02-01:10h   reading_class  -> -
small_gift  2017-02-01:10h   toothpaste     -> -
small_gift  2017-02-01:10h   toothbrush     -> -
small_gift  2017-02-01:10h   fan            -> -
small_gift  2017-02-01:10h   pen            -> -
small_gift  2017-02-01:10h   thermos_flask  -> small_gift
small_gift  2017-02-01:10h   -              -> small_gift
care_gift   2017-02-01:30h   shampoo        -> -
care_gift   2017-02-01:30h   body_wash      -> -
care_gift   2017-02-01:30h   pen            -> care_gift

story: hours and points stay when a flask is fetched
day 2017-02-01
repeat daily for 5 days
  record  mei  patrol  08:00-18:00
hold     h1  mei  thermos_flask              -> 0 points
confirm  h1
balance  mei  50 points, 50h
hold     h2  bo   thermos_flask              -> refused not_eligible  required 50h available 0 missing 50h
