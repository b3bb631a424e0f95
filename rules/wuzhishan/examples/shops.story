# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

# 标价上限 200.00 元为演示；金额以分计。 / The bound of 200.00 yuan is a demonstration; money is in fen.
table: a point is a yuan, and the rest is paid in cash
day 2024-05-01
reward  act.asked  act.offered  -> points  money  refused
goods   3000       30           -> 30      0      -
goods   3000       10           -> 10      2000   -
goods   3050       30           -> 30      50     -
goods   3000       0            -> 0       3000   -
goods   3000       31           -> 31      -100   goods      # more points than the price

table: the shop names the price, inside a bound
day 2024-05-01
reward  act.asked  act.offered  -> refused
goods   20000      200          -> -
goods   20001      200          -> goods
goods   1          0            -> -
goods   0          0            -> goods

table: redeeming is per quarter
reward  act.asked  act.offered  redeemed    day         -> refused
goods   3000       30           -           2024-05-01  -> -
goods   3000       30           2024-04-01  2024-05-01  -> once_a_quarter
goods   3000       30           2024-04-01  2024-06-30  -> once_a_quarter
goods   3000       30           2024-04-01  2024-07-01  -> -

table: shops are paid a yuan a point
day 2024-05-01
settle      collected  -> money   points
shops_paid  1234       -> 123400  0
shops_paid  0          -> 0       0
