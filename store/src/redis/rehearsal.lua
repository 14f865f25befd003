-- Every command of the other scripts, on names that no secret has: a right that is missing is
-- found at the start, and not in the middle of a claim.
-- KEYS: named as a ciphertext, record, leased ciphertext, client's tries, and one that never exists.
--
-- What is made has its expiry at once, or by a command that was tried before.
local time = redis.call('TIME')
local soon = string.format('%.0f', time[1] * 1000 + 60000)
redis.call('GETDEL', KEYS[5])
redis.call('SET', KEYS[1], '', 'PXAT', soon)
redis.call('EXISTS', KEYS[1])
redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[3], '', 'PXAT', soon)
redis.call('PEXPIRE', KEYS[3], 60000)
redis.call('PTTL', KEYS[3])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[2], 'l', 1)
redis.call('PEXPIREAT', KEYS[2], soon)
redis.call('HINCRBY', KEYS[2], 'l', 1)
redis.call('HMGET', KEYS[2], 'l')
redis.call('HDEL', KEYS[2], 'l')
redis.call('INCR', KEYS[4])
redis.call('PEXPIRE', KEYS[4], 60000)
redis.call('INCRBY', KEYS[4], 1)
redis.call('DEL', KEYS[4])
