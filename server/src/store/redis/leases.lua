-- Put in front of the scripts that know leases. The record's field `k` lists them, each as
-- token (16 bytes), end (14 digits, ms) and views left (3 digits).
local LEASE = 33

-- The listed ones that still run, but for this token; and the views left of this token's.
local function sift(leases, token)
  local rest, left = {}, nil
  for at = 1, #leases, LEASE do
    if now < tonumber(string.sub(leases, at + 16, at + 29)) then
      if string.sub(leases, at, at + 15) == token then
        left = tonumber(string.sub(leases, at + 30, at + 32))
      else
        rest[#rest + 1] = string.sub(leases, at, at + LEASE - 1)
      end
    end
  end
  return table.concat(rest), left
end

local function lease_of(leases, token)
  local _, left = sift(leases, token)
  return left
end

local function without_lease(leases, token)
  return (sift(leases, token))
end

local function with_lease(leases, token, ends, left)
  local rest = leases == '' and '' or without_lease(leases, token)
  return rest .. token .. string.format('%014.0f%03d', ends, left)
end
