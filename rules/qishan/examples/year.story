# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

# 分值、合格分、比例与月份为演示或读法。 / Values, pass mark, ratio and months are demonstrations or readings.
table: the home community scores what members do
day 2024-03-01
kind     granted    -> points  awaits     credited
patrol   community  -> 2       -          home,work
visit    community  -> 3       -          home,work
meeting  community  -> 1       -          home,work
visit    -          -> 0       community  -

table: the year is passed at sixty points, fixed by the joint meeting and reported to the work unit
day 2024-12-31
close          done                                            balance  -> passes  missing  reports  by             after
annual_result  2024-01-01:visit*19                             57       -> no      3        work     joint-meeting  57
annual_result  2024-01-01:visit*19,2024-03-01:patrol           59       -> no      1        work     joint-meeting  59
annual_result  2024-01-01:visit*20                             60       -> yes     -        work     joint-meeting  60
annual_result  2023-01-01:visit*20                             0        -> no      60       work     joint-meeting  0

table: four fifths of a unit must pass
day 2024-12-31
close          passed  people  -> passes
annual_result  7       10      -> no
annual_result  8       10      -> yes
annual_result  79      100     -> no

table: redeeming has two windows of half a year
act     day         -> refused
redeem  2024-05-31  -> in_a_window
redeem  2024-06-01  -> -
redeem  2024-06-30  -> -
redeem  2024-07-01  -> in_a_window
redeem  2024-11-30  -> in_a_window
redeem  2024-12-01  -> -
redeem  2024-12-31  -> -
redeem  2025-01-01  -> in_a_window

story: a member redeems goods that the reporting units gave, while the window is open
day 2024-05-20
volunteer  mei  home jiangbei  work office
repeat daily for 4 days
  deed     mei  visit
  approve  mei  visit  as community          -> 3 points
says     mei  visit  contains "To the credit of: the home unit, the work unit"
says     mei  visit  contains "记入：居住地组织、工作单位"
hold     h1  mei  gift                       -> refused not_eligible
day 2024-06-01
hold     h2  mei  gift                       -> 10 points
confirm  h2
owed     exchange-shops  10.00 payable
balance  mei  2 points
day 2025-01-01
balance  mei  0 points                       # usable in its year
