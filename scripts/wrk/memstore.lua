-- What the load scripts share: keys, transactions as whole requests made before the clock runs, and the report.
local memstore = { keys = 100000 }

local value = string.rep("v", 32)

-- Each thread draws its own sequence, and the same one in every run.
local threads = 0
function setup(thread)
    threads = threads + 1
    thread:set("seed", threads)
end

function memstore.key(index)
    return string.format("key:%06d", index)
end

function memstore.random_key()
    return memstore.key(math.random(0, memstore.keys - 1))
end

-- Every key once, in random order.
function memstore.shuffled_keys()
    local keys = {}
    for index = 1, memstore.keys do
        local other = math.random(index)
        keys[index], keys[other] = keys[other], memstore.key(index - 1)
    end
    return keys
end

function memstore.get(key)
    return string.format('{"cmd_type":"get","key":"%s"}', key)
end

function memstore.set(key)
    return string.format('{"cmd_type":"set","key":"%s","value":"%s"}', key, value)
end

function memstore.transaction(commands)
    local body = '{"commands":[' .. table.concat(commands, ",") .. "]}"
    return wrk.format("POST", "/v1/execute", { ["Content-Type"] = "application/json" }, body)
end

-- Defines wrk's callbacks: the requests that make() returns as a table are sent round and round.
function memstore.send(make)
    local requests, at

    function init()
        math.randomseed(seed)
        requests, at = make(), 0
    end

    function request()
        at = at % #requests + 1
        return requests[at]
    end
end

-- One line of name=value for scripts/load. wrk counts a status above 399 as an error; memstore sends none from 300 to
-- 399 here.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "requests=%d seconds=%.3f p50_us=%d p99_us=%d errors=%d\n",
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end

return memstore
