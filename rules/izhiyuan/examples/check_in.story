# 每人每活动每日至多三对签到签退；自主定位签到只限 100 人以上的活动，且一律审核。
# Three pairs per person, activity and day; own location only from 100 people on, and always reviewed.

story: a fourth pair is refused
day 2026-03-01
activity   clinic  from 2026-03-02 to 2026-03-31
activity   camp    from 2026-03-02 to 2026-03-31
day 2026-03-02
check_in   mei  clinic  08:00  -> open
check_out  mei  clinic  09:00  -> 1h counted
check_in   mei  clinic  10:00  -> open
check_out  mei  clinic  11:00  -> 1h counted
check_in   mei  clinic  12:00  -> open
check_out  mei  clinic  13:00  -> 1h counted
check_in   mei  clinic  14:00  -> refused not_admitted  rule three_pairs_a_day required 3 available 4
check_in   mei  camp    14:00  -> open
check_out  mei  camp    15:00  -> 1h counted
check_in   bo   clinic  15:00  -> open
day 2026-03-03
check_in   mei  clinic  08:00  -> open

story: own location needs 100 people, and is reviewed even then
day 2026-03-01
activity   walk    host club  participants 99   from 2026-03-02 to 2026-03-02
activity   race    host club  participants 100  from 2026-03-02 to 2026-03-02
activity   picnic  host club  from 2026-03-02 to 2026-03-02
day 2026-03-02
check_in   mei  walk    09:00  as self_located  -> refused not_admitted  required 100 available 99
check_in   mei  picnic  09:00  as self_located  -> refused not_admitted  rule own_location_in_crowds_only
check_in   mei  race    09:00  as self_located  -> open
check_out  mei  race    11:00                   -> 2h, 0 min counted, awaits host
approve    mei  race    as host by secretary    -> 2h counted, settled
check_in   mei  walk    12:00                   -> open
balance    mei  2h

table: a record by own location that came in otherwise
day 2026-03-02
minutes  recorded_by   participants  host  granted  -> minutes  awaits  refused
2h       self_located  99            club  host     -> 0        -       own_location_in_crowds_only
2h       self_located  100           club  -        -> 0        host    -
2h       self_located  100           club  host     -> 2h       -       -
2h       kiosk         99            club  -        -> 2h       -       -
