-- What the load scripts share: keys, transactions as whole requests, and the report. Arguments follow `--`, name=value:
--   keys=N           how many keys there are (100000)
--   value_bytes=N    of each value that is set (32)
--   commands=N       in a transaction (10)
--   pipeline=N       requests written at a time (1)
--   pause_ms=N       that a connection waits between an answer and its next request (0)
--   dialect=webdis   asks webdis for the same rather than memstore
local memstore = { keys = 100000, value_bytes = 32, commands = 10, pipeline = 1, pause_ms = 0, dialect = "memstore" }

-- Each thread draws its own sequence, and the same one in every run.
local threads = 0
function setup(thread)
    threads = threads + 1
    thread:set("seed", threads)
end

local function read_arguments(args)
    for _, argument in ipairs(args) do
        local name, value = argument:match("^([a-z_]+)=(%w+)$")
        assert(memstore[name] and type(memstore[name]) ~= "function", "no such argument: " .. argument)
        memstore[name] = tonumber(value) or value
    end
end

function memstore.key(index)
    return string.format("key:%012d", index)
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
    return { name = "get", key = key }
end

function memstore.set(key)
    return { name = "set", key = key, value = string.rep("v", memstore.value_bytes) }
end

local render = {}

function render.memstore(commands)
    local texts = {}
    for index, command in ipairs(commands) do
        local value = command.value and string.format(',"value":"%s"', command.value) or ""
        texts[index] = string.format('{"cmd_type":"%s","key":"%s"%s}', command.name, command.key, value)
    end
    local body = '{"commands":[' .. table.concat(texts, ",") .. "]}"
    return wrk.format("POST", "/v1/execute", { ["Content-Type"] = "application/json" }, body)
end

function render.webdis(commands)
    local first = commands[1]
    if #commands == 1 and first.value then
        return wrk.format("PUT", "/SET/" .. first.key, nil, first.value)
    end
    local keys = {}
    for index, command in ipairs(commands) do
        assert(not command.value, "webdis has no transaction of several keys but MGET")
        keys[index] = command.key
    end
    return wrk.format("GET", (#keys == 1 and "/GET/" or "/MGET/") .. table.concat(keys, "/"))
end

function memstore.transaction(commands)
    return render[memstore.dialect](commands)
end

-- Defines wrk's callbacks: prepare() returns the function that gives the next request.
local function define(prepare)
    local next_request

    function init(args)
        read_arguments(args)
        if memstore.pause_ms > 0 then
            function delay()
                return memstore.pause_ms
            end
        end
        math.randomseed(seed)
        next_request = prepare()
    end

    function request()
        if memstore.pipeline == 1 then return next_request() end
        local together = {}
        for index = 1, memstore.pipeline do
            together[index] = next_request()
        end
        return table.concat(together)
    end
end

-- The requests that make() returns as a table, made before the clock runs, are sent round and round.
function memstore.send(make)
    define(function()
        local requests, at = make(), 0
        return function()
            at = at % #requests + 1
            return requests[at]
        end
    end)
end

-- Sends transactions of commands=N random keys; command_at(index) is memstore.get or memstore.set.
function memstore.send_transactions(command_at)
    memstore.send(function()
        local requests = {}
        for request = 1, math.max(100, 100000 / memstore.commands) do
            local commands = {}
            for index = 1, memstore.commands do
                commands[index] = command_at(index)(memstore.random_key())
            end
            requests[request] = memstore.transaction(commands)
        end
        return requests
    end)
end

-- One command of a random key a request, put together as it is sent: for more keys than requests fit into memory.
function memstore.send_random(command)
    define(function()
        local key = memstore.key(0)
        local text = memstore.transaction({ command(key) })
        local from, to = text:find(key, 1, true)
        local before, after = text:sub(1, from - 1), text:sub(to + 1)
        return function()
            return before .. memstore.random_key() .. after
        end
    end)
end

-- One line of name=value. wrk counts a status above 399 as an error; memstore sends none from 300 to 399 here.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "requests=%d seconds=%.3f p50_us=%d p99_us=%d p999_us=%d errors=%d\n",
        summary.requests, summary.duration / 1e6,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
        errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end

return memstore
