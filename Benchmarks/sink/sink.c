/*
 * A backend that counts: takes OTLP over gRPC (HTTP/2 with prior knowledge) and over HTTP/1.1 or
 * HTTP/2 POST on one port, answers success, and counts the spans, points and records it was sent.
 *
 *   sink PORT            port 0 takes a free one
 *
 * Prints "listening PORT" first. On SIGUSR1 it prints the counts so far, on SIGTERM the counts, and ends:
 *
 *   {"items": 100, "requests": 1, "bytes": 46800, "spans": 100, "points": 0, "records": 0, "bad": 0}
 *
 * bytes are body bytes as they came over the wire; bad counts bodies that are no OTLP. Bodies may be coded with gzip, and
 * with zstd where libzstd is there: it is loaded by name when the first such body comes. One thread, epoll.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

enum { READ_SIZE = 256 * 1024, MAX_BODY = 256 * 1024 * 1024, MAX_HEAD = 64 * 1024 };

static struct {
	uint64_t requests, bytes, spans, points, records, bad;
} counts;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- bytes that grow ---- */

struct bytes {
	uint8_t *data;
	size_t count, capacity;
};

static void bytes_reserve(struct bytes *b, size_t more)
{
	if (b->count + more <= b->capacity)
		return;
	size_t capacity = b->capacity ? b->capacity : 4096;
	while (capacity < b->count + more)
		capacity *= 2;
	b->data = realloc(b->data, capacity);
	if (!b->data)
		die("realloc");
	b->capacity = capacity;
}

static void bytes_append(struct bytes *b, const void *data, size_t count)
{
	bytes_reserve(b, count);
	memcpy(b->data + b->count, data, count);
	b->count += count;
}

static void bytes_drop(struct bytes *b, size_t count)
{
	memmove(b->data, b->data + count, b->count - count);
	b->count -= count;
}

static void bytes_free(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){0};
}

/* ---- counting ---- */

/* Bodies are kept for reuse: a load of equal requests allocates nothing once it runs. */
static struct bytes spare[64];
static int spares;

static struct bytes body_take(void)
{
	return spares ? spare[--spares] : (struct bytes){0};
}

static void body_give(struct bytes *b)
{
	b->count = 0;
	if (b->capacity && spares < 64)
		spare[spares++] = *b;
	else
		free(b->data);
	*b = (struct bytes){0};
}

static bool varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
	*value = 0;
	for (int shift = 0; shift < 64 && *at < end; shift += 7) {
		uint8_t byte = *(*at)++;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

/*
 * Counts the fields that path leads to: path[0] of the message, path[1] inside it, and so on. Each step is
 * a set of field numbers, bit n for field n.
 */
static bool walk(const uint8_t *at, const uint8_t *end, const uint32_t *path, int depth, uint64_t *found)
{
	while (at < end) {
		uint64_t tag, value;
		if (!varint(&at, end, &tag))
			return false;
		switch (tag & 7) {
		case 0:
			if (!varint(&at, end, &value))
				return false;
			break;
		case 1:
			if (end - at < 8)
				return false;
			at += 8;
			break;
		case 5:
			if (end - at < 4)
				return false;
			at += 4;
			break;
		case 2:
			if (!varint(&at, end, &value) || value > (uint64_t)(end - at))
				return false;
			if (tag >> 3 < 32 && (path[0] >> (tag >> 3) & 1)) {
				if (depth == 1)
					*found += 1;
				else if (!walk(at, at + value, path + 1, depth - 1, found))
					return false;
			}
			at += value;
			break;
		default:
			return false;
		}
	}
	return true;
}

enum coding { PLAIN, GZIP, ZSTD };

static enum coding coding_of(const char *name, size_t count)
{
	if (count >= 4 && !strncasecmp(name, "gzip", 4))
		return GZIP;
	return count >= 4 && !strncasecmp(name, "zstd", 4) ? ZSTD : PLAIN;
}

/* libzstd's streaming decoder; its buffers are pointer, size and position. */
struct zstd_buffer {
	void *data;
	size_t size, at;
};

static struct {
	void *context;
	size_t (*reset)(void *context, int directive);
	size_t (*decompress)(void *context, struct zstd_buffer *out, struct zstd_buffer *in);
} zstd;

static void zstd_load(void)
{
	void *library = dlopen("libzstd.so.1", RTLD_NOW);
	if (!library) {
		fprintf(stderr, "sink: no libzstd.so.1, so zstd bodies cannot be counted\n");
		exit(1);
	}
	void *(*create)(void) = (void *(*)(void))dlsym(library, "ZSTD_createDCtx");
	zstd.reset = (size_t(*)(void *, int))dlsym(library, "ZSTD_DCtx_reset");
	zstd.decompress = (size_t(*)(void *, struct zstd_buffer *, struct zstd_buffer *))dlsym(
	    library, "ZSTD_decompressStream");
	zstd.context = create();
}

static bool unzstd_all(const uint8_t *data, size_t count, struct bytes *out)
{
	if (!zstd.context)
		zstd_load();
	zstd.reset(zstd.context, 1);
	struct zstd_buffer in = {(void *)data, count, 0};
	size_t left = 1;
	while (left && out->count < MAX_BODY) {
		bytes_reserve(out, 64 * 1024);
		struct zstd_buffer room = {out->data + out->count, out->capacity - out->count, 0};
		left = zstd.decompress(zstd.context, &room, &in);
		/* Errors are the largest values; without progress the frame is cut short. */
		if (left > (size_t)-1000 || (left && !room.at && in.at == in.size))
			return false;
		out->count += room.at;
	}
	return !left;
}

static bool inflate_all(const uint8_t *data, size_t count, struct bytes *out)
{
	z_stream stream = {0};
	if (inflateInit2(&stream, 15 + 32) != Z_OK)
		die("inflateInit2");
	stream.next_in = (uint8_t *)data;
	stream.avail_in = count;
	int result = Z_OK;
	while (result == Z_OK && out->count < MAX_BODY) {
		bytes_reserve(out, 64 * 1024);
		stream.next_out = out->data + out->count;
		stream.avail_out = out->capacity - out->count;
		size_t room = stream.avail_out;
		result = inflate(&stream, Z_NO_FLUSH);
		out->count += room - stream.avail_out;
	}
	inflateEnd(&stream);
	return result == Z_STREAM_END;
}

/* Counts one request; path is the request target. */
static void count_request(const char *path, bool grpc, enum coding coding, const uint8_t *data, size_t count)
{
	static const uint32_t items[] = {1 << 1, 1 << 2, 1 << 2};
	static const uint32_t points[] = {
	    1 << 1, 1 << 2, 1 << 2, 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 11, 1 << 1};
	counts.requests++;
	counts.bytes += count;
	if (grpc) {
		if (count < 5 || (uint64_t)count - 5 != (uint32_t)(data[1] << 24 | data[2] << 16 | data[3] << 8 | data[4])) {
			counts.bad++;
			return;
		}
		if (data[0] == 0)
			coding = PLAIN;
		data += 5;
		count -= 5;
	}
	struct bytes plain = {0};
	bool good = true;
	if (coding != PLAIN) {
		plain = body_take();
		good = coding == GZIP ? inflate_all(data, count, &plain) : unzstd_all(data, count, &plain);
		data = plain.data;
		count = plain.count;
	}
	const uint8_t *end = data + count;
	if (good) {
		if (strcasestr(path, "trace"))
			good = walk(data, end, items, 3, &counts.spans);
		else if (strcasestr(path, "metric"))
			good = walk(data, end, points, 5, &counts.points);
		else if (strcasestr(path, "log"))
			good = walk(data, end, items, 3, &counts.records);
		else
			good = false;
	}
	if (!good)
		counts.bad++;
	if (coding != PLAIN)
		body_give(&plain);
}

static void print_counts(void)
{
	printf("{\"items\": %lu, \"requests\": %lu, \"bytes\": %lu, \"spans\": %lu, \"points\": %lu, \"records\": %lu, "
	       "\"bad\": %lu}\n",
	       counts.spans + counts.points + counts.records, counts.requests, counts.bytes, counts.spans, counts.points,
	       counts.records, counts.bad);
	fflush(stdout);
}

/* ---- connections ---- */

enum protocol { UNDECIDED, HTTP1, HTTP2 };

struct connection {
	int fd;
	enum protocol protocol;
	nghttp2_session *session;
	struct bytes in, out;
	bool watches_out, closing;
};

struct stream {
	char path[128];
	bool grpc;
	enum coding coding;
	struct bytes body;
	size_t answered;
};

static int poller;

static void connection_flush(struct connection *c)
{
	size_t sent = 0;
	while (sent < c->out.count) {
		ssize_t n = send(c->fd, c->out.data + sent, c->out.count - sent, MSG_NOSIGNAL);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				c->closing = true;
			break;
		}
		sent += n;
	}
	if (sent)
		bytes_drop(&c->out, sent);
	bool wants_out = c->out.count > 0;
	if (wants_out != c->watches_out) {
		struct epoll_event event = {.events = EPOLLIN | (wants_out ? EPOLLOUT : 0), .data.ptr = c};
		epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
		c->watches_out = wants_out;
	}
}

static void connection_close(struct connection *c)
{
	if (c->session)
		nghttp2_session_del(c->session);
	close(c->fd);
	bytes_free(&c->in);
	bytes_free(&c->out);
	free(c);
}

/* ---- HTTP/2 ---- */

#define FIELD(name, value)                                                                                             \
	{                                                                                                              \
		(uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, sizeof(value) - 1, NGHTTP2_NV_FLAG_NONE       \
	}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	(void)user;
	if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	struct stream *s = calloc(1, sizeof *s);
	if (!s)
		die("calloc");
	s->body = body_take();
	return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, s);
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_count,
		     const uint8_t *value, size_t value_count, uint8_t flags, void *user)
{
	(void)flags, (void)user;
	struct stream *s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	if (!s)
		return 0;
	if (name_count == 5 && !memcmp(name, ":path", 5))
		snprintf(s->path, sizeof s->path, "%.*s", (int)value_count, value);
	else if (name_count == 12 && !memcmp(name, "content-type", 12))
		s->grpc = value_count >= 16 && !memcmp(value, "application/grpc", 16);
	else if ((name_count == 16 && !memcmp(name, "content-encoding", 16)) ||
		 (name_count == 13 && !memcmp(name, "grpc-encoding", 13)))
		s->coding = coding_of((const char *)value, value_count);
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data, size_t count, void *user)
{
	(void)flags, (void)user;
	struct stream *s = nghttp2_session_get_stream_user_data(session, id);
	if (s && s->body.count + count <= MAX_BODY)
		bytes_append(&s->body, data, count);
	return 0;
}

/* A gRPC answer is one empty message (five zero bytes) and the status in trailers. */
static ssize_t read_answer(nghttp2_session *session, int32_t id, uint8_t *out, size_t room, uint32_t *flags,
			   nghttp2_data_source *source, void *user)
{
	(void)user, (void)source;
	static const nghttp2_nv trailers[] = {FIELD("grpc-status", "0")};
	if (room < 5)
		return NGHTTP2_ERR_DEFERRED;
	memset(out, 0, 5);
	*flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
	nghttp2_submit_trailer(session, id, trailers, 1);
	return 5;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	(void)user;
	static const nghttp2_nv grpc[] = {FIELD(":status", "200"), FIELD("content-type", "application/grpc")};
	static const nghttp2_nv http[] = {FIELD(":status", "200"), FIELD("content-type", "application/x-protobuf"),
					  FIELD("content-length", "0")};
	if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) ||
	    (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS))
		return 0;
	struct stream *s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	if (!s)
		return 0;
	count_request(s->path, s->grpc, s->coding, s->body.data, s->body.count);
	body_give(&s->body);
	if (s->grpc) {
		nghttp2_data_provider provider = {.read_callback = read_answer};
		return nghttp2_submit_response(session, frame->hd.stream_id, grpc, 2, &provider);
	}
	return nghttp2_submit_response(session, frame->hd.stream_id, http, 3, NULL);
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
	(void)code, (void)user;
	struct stream *s = nghttp2_session_get_stream_user_data(session, id);
	if (s) {
		body_give(&s->body);
		free(s);
	}
	return 0;
}

static void http2_open(struct connection *c)
{
	nghttp2_session_callbacks *callbacks;
	if (nghttp2_session_callbacks_new(&callbacks))
		die("nghttp2");
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
	if (nghttp2_session_server_new(&c->session, callbacks, c))
		die("nghttp2");
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 16 << 20},
					     {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 256 << 10},
					     {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1000}};
	nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, settings, 3);
	nghttp2_session_set_local_window_size(c->session, NGHTTP2_FLAG_NONE, 0, 64 << 20);
}

static void http2_receive(struct connection *c, const uint8_t *data, size_t count)
{
	if (nghttp2_session_mem_recv(c->session, data, count) < 0)
		c->closing = true;
	for (;;) {
		const uint8_t *out;
		ssize_t n = nghttp2_session_mem_send(c->session, &out);
		if (n <= 0) {
			if (n < 0)
				c->closing = true;
			break;
		}
		bytes_append(&c->out, out, n);
	}
	if (!nghttp2_session_want_read(c->session) && !nghttp2_session_want_write(c->session))
		c->closing = true;
}

/* ---- HTTP/1.1 ---- */

/* The value of a field of a head that ends in a NUL, or NULL. */
static const char *field(const char *head, const char *name)
{
	size_t count = strlen(name);
	for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
		if (!strncasecmp(line + 2, name, count) && line[2 + count] == ':')
			return line + 3 + count + strspn(line + 3 + count, " \t");
	}
	return NULL;
}

/*
 * Takes the chunked body at data apart in place. Returns the bytes it took, 0 where it is not complete, -1 where
 * it is malformed; body is the length of what remains at data.
 */
static ssize_t unchunk(uint8_t *data, size_t count, size_t *body)
{
	size_t at = 0;
	*body = 0;
	/* First whether all of it is there: bytes move only then. */
	for (int moving = 0; moving < 2; moving++) {
		at = 0;
		for (;;) {
			uint8_t *line_end = memmem(data + at, count - at, "\r\n", 2);
			if (!line_end)
				return 0;
			size_t size = strtoul((char *)data + at, NULL, 16);
			if (size > MAX_BODY)
				return -1;
			at = line_end + 2 - data;
			if (count - at < size + 2)
				return 0;
			if (moving && size) {
				memmove(data + *body, data + at, size);
				*body += size;
			}
			at += size + 2;
			if (size == 0)
				break;
		}
	}
	return at;
}

static void http1_receive(struct connection *c, const uint8_t *data, size_t count)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
	bytes_append(&c->in, data, count);
	size_t used = 0;
	while (used < c->in.count && !c->closing) {
		uint8_t *start = c->in.data + used;
		size_t rest = c->in.count - used;
		uint8_t *end = memmem(start, rest, "\r\n\r\n", 4);
		if (!end) {
			c->closing = rest > MAX_HEAD;
			break;
		}
		size_t head_count = end - start;
		char head[MAX_HEAD + 1];
		if (head_count > MAX_HEAD) {
			c->closing = true;
			break;
		}
		memcpy(head, start, head_count);
		head[head_count] = 0;
		size_t body_at = head_count + 4, body = 0, whole;
		const char *length = field(head, "content-length"), *coding = field(head, "transfer-encoding");
		if (coding && !strncasecmp(coding, "chunked", 7)) {
			ssize_t n = unchunk(start + body_at, rest - body_at, &body);
			if (n <= 0) {
				c->closing = n < 0;
				break;
			}
			whole = body_at + n;
		} else {
			body = length ? strtoul(length, NULL, 10) : 0;
			if (body > MAX_BODY) {
				c->closing = true;
				break;
			}
			whole = body_at + body;
			if (rest < whole) {
				bytes_reserve(&c->in, whole - rest);
				break;
			}
		}
		char path[128] = "";
		sscanf(head, "%*15s %127s", path);
		const char *encoding = field(head, "content-encoding");
		count_request(path, false, encoding ? coding_of(encoding, strcspn(encoding, "\r\n")) : PLAIN, start + body_at, body);
		bytes_append(&c->out, answer, sizeof answer - 1);
		used += whole;
	}
	bytes_drop(&c->in, used);
}

/* ---- the loop ---- */

static void connection_receive(struct connection *c, const uint8_t *data, size_t count)
{
	if (c->protocol == UNDECIDED) {
		c->protocol = data[0] == 'P' && (count < 2 || data[1] == 'R') ? HTTP2 : HTTP1;
		if (c->protocol == HTTP2)
			http2_open(c);
	}
	if (c->protocol == HTTP2)
		http2_receive(c, data, count);
	else
		http1_receive(c, data, count);
}

static void connection_ready(struct connection *c, uint32_t events)
{
	static uint8_t buffer[READ_SIZE];
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
		if (n > 0)
			connection_receive(c, buffer, n);
		else if (n == 0 || (errno != EAGAIN && errno != EINTR))
			c->closing = true;
	}
	connection_flush(c);
	if (c->closing)
		connection_close(c);
}

static void accept_all(int listener)
{
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
		struct connection *c = calloc(1, sizeof *c);
		if (!c)
			die("calloc");
		c->fd = fd;
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
		if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event))
			die("epoll_ctl");
	}
}

static int listen_on(int port)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 1024))
		die("bind");
	getsockname(fd, (struct sockaddr *)&address, &size);
	printf("listening %d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: sink PORT\n");
		return 2;
	}
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_CLOEXEC), listener = listen_on(atoi(argv[1]));
	poller = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listener};
	epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
	event.data.ptr = &signals;
	epoll_ctl(poller, EPOLL_CTL_ADD, signals, &event);
	for (;;) {
		struct epoll_event ready[64];
		int n = epoll_wait(poller, ready, 64, -1);
		for (int i = 0; i < n; i++) {
			struct signalfd_siginfo caught;
			if (ready[i].data.ptr == &listener) {
				accept_all(listener);
			} else if (ready[i].data.ptr == &signals) {
				if (read(signals, &caught, sizeof caught) != sizeof caught)
					continue;
				print_counts();
				if (caught.ssi_signo != SIGUSR1)
					return 0;
			} else {
				connection_ready(ready[i].data.ptr, ready[i].events);
			}
		}
	}
}
