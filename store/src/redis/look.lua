-- Reads a record together with the store's time. Changes nothing.
-- KEYS: record. Answers {now, c, x, s, e, n, l, z, t, b, o, f, w, q}.
local time = redis.call('TIME')
local found = redis.call('HMGET', KEYS[1], 'c', 'x', 's', 'e', 'n', 'l', 'z', 't', 'b', 'o', 'f', 'w', 'q')
table.insert(found, 1, string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
return found
