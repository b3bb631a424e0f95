# 每张表是一种写法，正反两面都有。 / Each table is one way of writing a rule, from both sides of its edge.

table: R17: a rank by several measures, with and and or
day 2024-12-31
tier  served                                    -> level    next
rank  2024-01-01:1h59*10                        -> -        helper     # 19 h 50 on ten days
rank  2024-01-01:2h*9,2024-02-01:1h             -> -        helper     # 19 h
rank  2024-01-01:2h*10                          -> helper   veteran    # 20 h on ten days
rank  2024-01-01:9h59*2,2024-02-01:2min         -> -        helper     # 20 h on three days
rank  2024-01-01:10h*19,2024-03-01:9h59         -> helper   veteran    # 199 h 59
rank  2024-01-01:10h*20                         -> veteran  -
rank  2024-01-01:1h*99                          -> helper   veteran
rank  2024-01-01:1h*100                         -> veteran  -

table: R18: three years in a row, each with 50 hours
day 2026-12-31
tier          served                                          -> level
perseverance  2024-03-01:50h,2025-03-01:50h                   -> -
perseverance  2024-03-01:50h,2025-03-01:49h59,2026-03-01:50h  -> -
perseverance  2024-03-01:50h,2025-03-01:50h,2026-03-01:50h    -> steady
perseverance  2023-03-01:50h,2024-03-01:50h,2026-03-01:50h    -> -

table: R46: a card holds for two years, and its hours are not used again
tier  served                            day         -> level
card  2024-03-01:99h59                  2024-12-31  -> -
card  2024-03-01:100h                   2024-12-31  -> holder
card  2024-03-01:100h                   2026-03-10  -> holder
card  2024-03-01:100h                   2026-03-11  -> -
card  2024-03-01:100h,2025-01-01:99h    2026-03-11  -> -
card  2024-03-01:100h,2025-01-01:100h   2026-03-11  -> holder
card  2024-03-01:200h                   2026-03-31  -> holder     # the next hundred came after the card

table: R21: the third absence in half a year benches for a month
standing  done                                                          day         -> in_force  until
benched   2026-01-05:no_show,2026-02-05:no_show                         2026-03-05  -> no        -
benched   2026-01-05:no_show,2026-02-05:no_show,2026-03-05:no_show      2026-03-05  -> yes       2026-04-05
benched   2026-01-05:no_show,2026-02-05:no_show,2026-03-05:no_show      2026-04-05  -> yes       2026-04-05
benched   2026-01-05:no_show,2026-02-05:no_show,2026-03-05:no_show      2026-04-06  -> no        -
benched   2026-01-05:no_show,2026-02-05:no_show,2026-07-05:no_show      2026-07-05  -> no        -

table: R21: who is benched cannot sign up
day 2026-03-06
act      done                                                      -> refused
sign_up  2026-01-05:no_show,2026-02-05:no_show                     -> -
sign_up  2026-01-05:no_show,2026-02-05:no_show,2026-03-05:no_show  -> benched

table: R20: a credit flag takes the rank away while it stands
tier  served            flags                                  day         -> level
rank  2026-01-01:2h*10  2026-03-10:dishonest;2026-04-10:none   2026-03-09  -> helper
rank  2026-01-01:2h*10  2026-03-10:dishonest;2026-04-10:none   2026-03-10  -> -
rank  2026-01-01:2h*10  2026-03-10:dishonest;2026-04-10:none   2026-04-09  -> -

table: R20: a card that was taken does not come back with time: it is earned anew
tier  served                            done               day         -> level
card  2024-03-01:100h                   2024-06-03:misuse  2024-06-02  -> holder
card  2024-03-01:100h                   2024-06-03:misuse  2024-06-03  -> -
card  2024-03-01:100h                   2024-06-03:misuse  2024-07-03  -> -
card  2024-03-01:100h                   2024-06-03:misuse  2024-07-04  -> -          # the month is over
card  2024-03-01:100h,2024-08-01:99h    2024-06-03:misuse  2024-08-31  -> -
card  2024-03-01:100h,2024-08-01:100h   2024-06-03:misuse  2024-08-31  -> holder
card  2024-03-01:100h,2024-08-01:1h     2024-06-03:absent  2024-08-31  -> holder     # something else

table: R20: and bars from serving and redeeming
day 2026-03-10
act      flags      -> refused
redeem   dishonest  -> dishonest
record   dishonest  -> dishonest
sign_up  dishonest  -> -
redeem   -          -> -

table: R48: after twelve months without service nothing is converted
act      served         day         -> refused
convert  2025-03-10:1h  2026-03-09  -> -
convert  2025-03-10:1h  2026-03-10  -> inactive
convert  -              2026-03-10  -> inactive

table: R26: each year begins with 100 points, and 20 at most go on
day 2026-12-31
close  balance  -> carries  after
anew   37       -> 20       120
anew   20       -> 20       120
anew   15       -> 15       115
anew   0        -> 0        100
