# 例子的预期值出自公告。 / Expected values are those of the announcement.

table: hours of a guiding year
day 2024-08-31
tier   served              -> level   missing
award  2023-09-01:29h59    -> -       1min
award  2023-09-01:30h      -> merit   20h
award  2023-09-01:49h59    -> merit   1min
award  2023-09-01:50h      -> bronze  50h
award  2023-09-01:99h59    -> bronze  1min
award  2023-09-01:100h     -> silver  100h
award  2023-09-01:199h59   -> silver  1min
award  2023-09-01:200h     -> gold    -

table: a guiding year begins on 1 September
tier   served                          day         -> level
award  2023-08-22:100h                 2023-08-31  -> silver
award  2023-08-22:100h                 2023-09-01  -> -
award  2023-08-22:40h,2023-09-01:20h   2023-09-05  -> -

table: the year 2021-22 counts from January 2021, for as long as it lasts
tier   served                            day         -> level
award  2021-01-04:29h59                  2022-08-31  -> -
award  2021-01-04:30h                    2022-08-31  -> merit
award  2021-01-04:40h,2021-10-01:9h59    2022-08-31  -> merit
award  2021-01-04:40h,2021-10-01:10h     2022-08-31  -> bronze
award  2021-01-04:90h,2021-10-01:9h59    2022-08-31  -> bronze
award  2021-01-04:90h,2021-10-01:10h     2022-08-31  -> silver
award  2021-01-04:190h,2021-10-01:9h59   2022-08-31  -> silver
award  2021-01-04:190h,2021-10-01:10h    2022-08-31  -> gold
award  2021-01-04:40h,2021-10-01:10h     2022-09-01  -> -

table: a meeting is three hours, other activities are what they are
day 2024-03-01
minutes  category  -> minutes
1min     meeting   -> 3h
2h       meeting   -> 3h
3h       meeting   -> 3h
2h       camp      -> 2h
