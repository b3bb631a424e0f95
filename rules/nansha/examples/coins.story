# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: what services and goods cost
day 2024-05-01
reward    -> points  money
haircut   -> 1       0
tutoring  -> 3       0
wok       -> 3       0
purifier  -> 10      0

table: who serves is paid by who is served
day 2024-05-01
kind      -> points
haircut   -> 1
tutoring  -> 3
cooking   -> 0

table: grants go to hardship groups, and firms sponsor
day 2024-05-01
kind            quantity  flags          -> points
hardship_grant  10        low_income     -> 10
hardship_grant  10        disabled       -> 10
hardship_grant  10        elderly_alone  -> 10
hardship_grant  10        student        -> 0
hardship_grant  10        -              -> 0
sponsorship     5         -              -> 5

table: who may be given coins
day 2024-05-01
transfer             act.kinship  act.receivers  -> by                   lots     refused
volunteer:volunteer  child        -              -> to_lineal_relatives  keep     -
volunteer:volunteer  grandparent  -              -> to_lineal_relatives  keep     -
volunteer:volunteer  neighbour    -              -> -                    -        to_lineal_relatives
volunteer:volunteer  -            disabled       -> to_priority_groups   restart  -
volunteer:volunteer  child        disabled       -> to_priority_groups   restart  -
volunteer:volunteer  child        student        -> to_lineal_relatives  keep     -
group:volunteer      -            disabled       -> groups_donate        keep     -
group:volunteer      child        -              -> -                    -        groups_donate
volunteer:group      child        -              -> -                    -        no_rule

story: a purifier costs ten coins
day 2024-05-01
opening  mei  12
hold     h1  mei  purifier                   -> 10 points
confirm  h1
hold     h2  mei  wok                        -> refused insufficient_points  required 3 available 2 missing 1

story: a grant is paid from the budget of its fund, and from nothing else
day 2024-05-01
volunteer  bo  joined 2024-01-01
state      bo  flags=low_income from 2024-01-01
deed       bo  hardship_grant 10 at 09:00          -> refused fund_exhausted  required 10 available 0
allot      government  12                          -> 12 points
deed       bo  hardship_grant 10 at 09:00          -> 10 points
fund       government  2 points
balance    bo  10 points
deed       bo  hardship_grant 5 at 10:00           -> refused fund_exhausted  required 5 available 2
deed       bo  sponsorship 1 at 11:00              -> refused fund_exhausted  required 1 available 0

story: who is served pays whoever serves, as far as there are coins, and has them back if it was not so
day 2024-05-01
volunteer  bo  joined 2024-01-01
opening    mei  4
deed       bo  tutoring at 09:00 receiver=mei        -> 3 points
balance    mei  1 points
balance    bo   3 points
deed       bo  tutoring at 10:00 receiver=mei        -> refused insufficient_points  required 3 available 1 missing 2
deed       bo  haircut at 11:00 receiver=mei         -> 1 points
balance    mei  0 points
reverse    bo  tutoring because "it was somebody else"
balance    mei  3 points
balance    bo   1 points
deed       bo  haircut at 12:00                      -> refused invalid_value
deed       bo  haircut at 12:00 receiver=bo          -> refused invalid_value
