# 活动跨度不超过一年，只能发布未来的活动，名称含“补录”的不予发布。
# A year at most, only for the future, and no name that contains 补录.

story: only for the future
day 2026-03-02
activity  past      from 2026-03-01 to 2026-03-03    -> refused not_admitted  rule only_for_the_future
activity  today     from 2026-03-02 to 2026-03-03    -> refused not_admitted  rule only_for_the_future
activity  tomorrow  from 2026-03-03 to 2026-03-03    -> registered
activity  undated                                    -> refused not_admitted  rule only_for_the_future

story: a year at most
day 2026-03-01
activity  a_year        from 2026-03-02 to 2027-03-01    -> registered
activity  a_day_more    from 2026-03-02 to 2027-03-02    -> refused not_admitted  rule a_year_at_most
activity  a_leap_year   from 2028-01-01 to 2028-12-31    -> registered

story: no back-filling by name
day 2026-03-01
activity  fill   name "三月服务时长补录"  from 2026-03-02 to 2026-03-02    -> refused not_admitted  rule no_back_filling
activity  learn  name "三月技能补习"      from 2026-03-02 to 2026-03-02    -> registered
