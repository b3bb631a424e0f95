# 1 小时 1 分，每次活动至多计 2 小时；介绍新志愿者 2 分；评价不良或被投诉，该次活动时长归零。
# 1 h = 1 point, at most 2 h per activity; 2 points for bringing a newcomer; misconduct or a complaint voids the time.

table: at most 2 h of an activity earn
day 2026-03-02
minutes  activity.id  -> minutes  points
59min    patrol       -> 59min    0
1h       patrol       -> 1h       1
1h59     patrol       -> 1h59     1
2h       patrol       -> 2h       2
2h01     patrol       -> 2h01     2
5h       patrol       -> 5h       2

table: the host's evaluation
day 2026-03-02
minutes  evaluation  activity.id  -> minutes  points
2h       -           patrol       -> 2h       2
2h       good        patrol       -> 2h       2
2h       misconduct  patrol       -> 0        0
2h       complaint   patrol       -> 0        0

story: one activity of 5 h is 2 points, two of them are 4
day 2026-03-02
record   mei  patrol  08:00-13:00       -> 5h counted, 2 points
record   mei  patrol  14:00-15:00       -> 1h counted, 0 points      # the same activity on the same day
record   mei  library 15:00-17:00       -> 2h counted, 2 points
day + 1
record   mei  patrol  08:00-13:00       -> 5h counted, 2 points
balance  mei  6 points, 13h

story: bringing a new volunteer is 2 points
day 2026-03-02
volunteer  mei                          -> registered
volunteer  bo  brought_by mei           -> registered
balance    mei  2 points, 0 min
balance    bo   0 points

story: a complaint voids the time of that activity and of no other
day 2026-03-02
record   mei  patrol   08:00-10:00      -> 2 points
record   mei  library  10:00-12:00      -> 2 points
correct  mei  patrol   evaluation=complaint because "a resident complained" by host  -> -120 min counted, -2 points
balance  mei  2 points, 2h
correct  mei  patrol   evaluation=cleared because "the complaint was unfounded" by host  -> 120 min counted, 2 points
balance  mei  4 points, 4h
