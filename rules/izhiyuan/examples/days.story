# 同一人同一日在同一主办单位：8 小时以内即时有效，超过 8 至 12 小时上级审核，超过 12 小时省级审核。
# One person, one day, one host: up to 8 h at once, above 8 to 12 h the parent unit, above 12 h the province.

table: who must approve a day
day 2026-03-02
minutes  at     activity.host  granted      -> minutes  awaits
8h       06:00  red_cross      -            -> 8h       -
8h01     06:00  red_cross      -            -> 8h       parent_unit
12h      06:00  red_cross      -            -> 8h       parent_unit
12h      06:00  red_cross      parent_unit  -> 12h      -
12h01    06:00  red_cross      -            -> 8h       province
12h01    06:00  red_cross      parent_unit  -> 12h      province
12h01    06:00  red_cross      province     -> 12h01    -

story: 8 h are valid at once, one minute more waits for the parent unit
day 2026-03-01
activity  clinic  host red_cross  from 2026-03-02 to 2026-03-31      -> registered
activity  camp    host red_cross  from 2026-03-02 to 2026-03-31
activity  chess   host library    from 2026-03-02 to 2026-03-31
day 2026-03-02
record    mei  clinic  08:00-12:00     -> 4h, 4h counted, settled
record    mei  camp    13:00-17:00     -> 4h, 4h counted, settled
record    mei  camp    17:00-17:01     -> 1 min, 0 min counted, awaits parent_unit
record    mei  chess   18:00-20:00     -> 2h counted, settled               # another host
approve   mei  camp    by head         -> 1 min counted, settled
balance   mei  10h01

story: 12 h are for the parent unit, one minute more is for the province
day 2026-03-01
activity  clinic  host red_cross  from 2026-03-02 to 2026-03-31
day 2026-03-02
record    mei  clinic  08:00-20:00  called long                -> 12h, 8h counted, awaits parent_unit
approve   long  as parent_unit  by head                        -> 4h counted, settled
record    mei  clinic  20:00-20:01  called last                -> 1 min, 0 min counted, awaits province
approve   last  as parent_unit  by head                        -> 0 min counted, awaits province
approve   last  as province     by office                      -> 1 min counted, settled
balance   mei  12h01

story: the next day begins anew
day 2026-03-01
activity  clinic  host red_cross  from 2026-03-02 to 2026-03-31
day 2026-03-02
record    mei  clinic  20:00-06:00     -> 10h, 10h counted, settled          # 4 h on one day, 6 h on the next

story: what the province grants for the last record lets the whole day count
day 2026-03-01
activity  clinic  host red_cross  from 2026-03-02 to 2026-03-31
day 2026-03-02
record    mei  clinic  06:00-18:00  called long                -> 12h, 8h counted, awaits parent_unit
record    mei  clinic  18:00-18:10  called last                -> 0 min counted
approve   last  as province     by office                      -> settled
balance   mei  12h10

story: approvals are not revoked by later arrivals
day 2026-03-01
activity  clinic  host red_cross  from 2026-03-02 to 2026-03-31
day 2026-03-02
record    mei  clinic  08:00-18:00  called long                -> 10h, 8h counted, awaits parent_unit
approve   long by head                                         -> 2h counted
record    mei  clinic  06:00-08:00  called early               -> 2h
balance   mei  12h
record    mei  clinic  05:00-06:00  called earlier             -> 1h
balance   mei  12h
