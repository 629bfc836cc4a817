-- Sends one body over and over with wrk, and prints what came of it: wrk -s post.lua URL -- FILE [CODING]

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  local headers = { ["content-type"] = "application/x-protobuf" }
  if arguments[2] and arguments[2] ~= "" then headers["content-encoding"] = arguments[2] end
  local body = file:read("*a")
  file:close()
  formatted = wrk.format("POST", nil, headers, body)
end

function request()
  return formatted
end

function done(summary, latency)
  print(string.format(
    'result {"requests": %d, "refused": %d, "p50": %.3f, "p99": %.3f}',
    summary.requests, summary.errors.status, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
