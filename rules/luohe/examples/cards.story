# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

# 分值为演示：活动 5，捐赠 10，缺席 -5。 / The values are a demonstration: an activity 5, a donation 10, an absence -5.
table: what is done scores, and an absence is deducted
day 2024-05-01
kind      granted  -> points  awaits
activity  office   -> 5       -
donation  office   -> 10      -
absence   office   -> -5      -
donation  -        -> 0       office

table: 50 points are a silver card, 100 a gold one, and a deduction takes it back
day 2024-05-01
tier  done                                              -> level   missing
card  2024-01-01:donation*4                             -> -       10
card  2024-01-01:donation*4,2024-02-01:activity         -> -       5
card  2024-01-01:donation*5                             -> silver  50
card  2024-01-01:donation*5,2024-02-01:absence          -> -       5
card  2024-01-01:donation*9,2024-02-01:activity         -> silver  5
card  2024-01-01:donation*10                            -> gold    -
card  2024-01-01:donation*10,2024-02-01:absence         -> silver  5

table: not for people under investigation or sanction, or with unpaid dues
day 2024-01-15
act     flags                                                -> refused
redeem  -                                                    -> -
redeem  under_investigation                                  -> in_good_order
redeem  sanctioned                                           -> in_good_order
redeem  unpaid_dues                                          -> in_good_order
redeem  2024-01-10:unpaid_dues;2024-01-15:none               -> -
deed    unpaid_dues                                          -> in_good_order
sign_up  unpaid_dues                                         -> in_good_order

story: points go down with a redemption, of which there is one a quarter
day 2024-01-10
repeat daily for 5 days
  deed     mei  donation                   -> awaits office
  approve  mei  donation  as office        -> 10 points
balance  mei  50 points
hold     h1  mei  keepsake                 -> 10 points
confirm  h1
balance  mei  40 points
tier     mei  card  silver                 # the card goes by what was scored
day 2024-03-31
hold     h2  mei  keepsake                 -> refused limit_reached
day 2024-04-01
hold     h3  mei  keepsake                 -> 10 points
