-- Put in front of the scripts that need the time: this server's own, in milliseconds, of which all
-- processes that use it are told the same.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- The same as the record holds it, made of the strings that are there: to format a number is dear.
local now_text = time[1] .. string.sub('00000' .. time[2], -6, -4)
