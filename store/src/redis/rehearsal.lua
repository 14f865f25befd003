-- Every command of the other scripts, on names that no secret has: a right that is missing is
-- found at the start, and not in the middle of a claim.
--
-- What is made has its expiry at once, or by a command that was tried before.
local ciphertext, record, leased_ciphertext, attempts, absent = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

local soon = string.format('%.0f', now + 60000)
redis.call('GETDEL', absent)
redis.call('SET', ciphertext, '', 'PXAT', soon)
redis.call('EXISTS', ciphertext)
redis.call('GET', ciphertext)
redis.call('DEL', ciphertext)
redis.call('SET', leased_ciphertext, '', 'PXAT', soon)
redis.call('PEXPIRE', leased_ciphertext, 60000)
redis.call('PTTL', leased_ciphertext)
redis.call('DEL', leased_ciphertext)
redis.call('HSET', record, 'l', 1)
redis.call('PEXPIREAT', record, soon)
redis.call('HINCRBY', record, 'l', 1)
redis.call('HMGET', record, 'l')
redis.call('HDEL', record, 'l')
redis.call('INCR', attempts)
redis.call('PEXPIRE', attempts, 60000)
redis.call('INCRBY', attempts, 1)
redis.call('DEL', attempts)
