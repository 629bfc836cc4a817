/// Who is who on this host: processes, containers, users.
enum Identity {}
