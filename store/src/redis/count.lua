-- Adds to a count that ends by itself, in ms after its first. Answers the sum.
local count = KEYS[1]
local added, lifetime = ARGV[1], ARGV[2]

local sum = redis.call('INCRBY', count, added)
if sum == tonumber(added) then
  redis.call('PEXPIRE', count, lifetime)
end
return sum
