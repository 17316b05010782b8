#include "socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "../shm/protocol_generated.h"

namespace allranks::addon {

namespace {

constexpr int kBacklog = 4096;
// The kernel passes at most this many descriptors with one message (SCM_MAX_FD).
constexpr std::size_t kMostDescriptors = 253;

UniqueFd new_socket() { return UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

std::runtime_error failure(const std::string& what, int error) { return std::runtime_error(what + ": " + error_text(error)); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int bind_to(int fd, const sockaddr_un& address) {
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

// Removes a socket file on which nobody answers; throws when it must stay.
void remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw failure("cannot inspect " + path, errno);
  }
  if (!S_ISSOCK(status.st_mode)) throw std::runtime_error(path + " exists and is not a socket; remove it or choose another path");
  const UniqueFd probe = new_socket();
  if (!probe) throw failure("cannot create a socket", errno);
  const int answer = connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  if (answer == ENOENT) return;
  if (answer != ECONNREFUSED) throw std::runtime_error("another process listens on " + path + " already");
  if (unlink(path.c_str()) != 0 && errno != ENOENT) throw failure("cannot remove the stale socket " + path, errno);
}

}  // namespace

std::string error_text(int error) { return std::strerror(error); }

std::string end_text(int error) {
  if (error == 0 || error == ECONNRESET || error == EPIPE) return "the rank closed the connection";
  return "the connection failed: " + error_text(error);
}

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  if (path_.empty() || path_.find('\0') != std::string::npos) throw std::runtime_error("the path of a socket must be a text without NUL");
  if (path_.size() > protocol::kSocketPathBytes) {
    throw std::runtime_error("the socket path " + path_ + " has " + std::to_string(path_.size()) + " bytes, the operating system allows " +
                             std::to_string(protocol::kSocketPathBytes) + "; choose a shorter runtime folder");
  }
  // Two processes that replace the same stale file could remove each other's fresh one: the folder is locked meanwhile.
  const std::size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
  // A file system without locks leaves it at that: the race needs two starts of one job within microseconds.
  const UniqueFd lock(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) throw failure("cannot open the folder " + folder, errno);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw std::runtime_error("another process is about to listen on " + path_);
  }
  fd_ = new_socket();
  if (!fd_) throw failure("cannot create a socket", errno);
  // On Linux the file takes its mode from the socket: it is private from its first moment.
  if (fchmod(fd_.get(), 0600) != 0) throw failure("cannot make the socket private", errno);
  const sockaddr_un address = address_of(path_);
  int error = bind_to(fd_.get(), address);
  if (error == EADDRINUSE) {
    remove_stale(path_, address);
    error = bind_to(fd_.get(), address);
  }
  if (error != 0) throw failure("cannot listen on " + path_, error);
  struct stat status{};
  if (chmod(path_.c_str(), 0600) != 0 || lstat(path_.c_str(), &status) != 0) throw failure("cannot make " + path_ + " private", errno);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  if (listen(fd_.get(), kBacklog) != 0) throw failure("cannot listen on " + path_, errno);
}

SocketFile::~SocketFile() {
  struct stat status{};
  if (lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_) unlink(path_.c_str());
}

std::int64_t peer_uid(int fd) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
  return credentials.uid;
}

Received receive(int fd, void* buffer, std::size_t capacity, std::vector<UniqueFd>* descriptors) {
  iovec piece{buffer, capacity};
  alignas(cmsghdr) char control[CMSG_SPACE(kMostDescriptors * sizeof(int))];
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (descriptors != nullptr) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
  }
  // Without room for them the kernel closes descriptors that came along.
  const ssize_t bytes = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (bytes < 0) {
    const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {later ? -1 : -2, errno};
  }
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); descriptors != nullptr && part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int received = -1;
      std::memcpy(&received, CMSG_DATA(part) + i * sizeof(int), sizeof received);
      descriptors->emplace_back(received);
    }
  }
  return {bytes, 0};
}

ssize_t send_pieces(int fd, const void* first, std::size_t first_bytes, const void* second, std::size_t second_bytes, int* error) {
  iovec pieces[2] = {{const_cast<void*>(first), first_bytes}, {const_cast<void*>(second), second_bytes}};
  msghdr message{};
  message.msg_iov = pieces;
  message.msg_iovlen = second_bytes > 0 ? 2 : 1;
  const ssize_t sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0) return sent;
  *error = errno;
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? -1 : -2;
}

}  // namespace allranks::addon
