-- Adds to a count that ends by itself.
-- KEYS: count. ARGV: how many, its time (ms). Answers the sum.
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if sum == tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return sum
