// The proof of a deadlock: what it accepts, and above all what it does not.
#include <vector>

#include "../native/check.h"
#include "progress.h"

namespace {

using namespace allranks::guard;
using Records = std::vector<ProgressRecord>;

constexpr std::uint64_t kWorld = 0x100000001;
constexpr std::uint64_t kOther = 0x100000002;

Records ranks(int size) {
  Records all(static_cast<std::size_t>(size));
  for (ProgressRecord& record : all) {
    record.cell = 7;
    record.polls = 10;
    record.activity = RankActivity::computing;
  }
  return all;
}

Flow& flow(ProgressRecord& record, FlowKind kind, int peer, int tag, std::uint64_t comm) {
  for (std::uint32_t i = 0; i < record.flows; ++i) {
    Flow& one = record.flow[i];
    if (one.kind == kind && one.peer == peer && one.tag == tag && one.comm == comm) return one;
  }
  Flow& made = record.flow[record.flows++];
  made = {comm, peer, tag, kind, 0, 0, 0};
  return made;
}

void sent(ProgressRecord& record, int to, int tag, std::uint64_t comm = kWorld) {
  ++flow(record, FlowKind::send, to, tag, comm).posted;
  ++record.operations;
}

void took(ProgressRecord& record, int from, int tag, std::uint64_t comm = kWorld) {
  ++flow(record, FlowKind::taken, from, tag, comm).completed;
  ++record.operations;
}

void posted_receive(ProgressRecord& record, int from, int tag, std::uint64_t comm = kWorld) { ++flow(record, FlowKind::receive, from, tag, comm).posted; }

void wait_for(ProgressRecord& record, const Need& need) {
  record.activity = RankActivity::waiting;
  record.need[record.needs++] = need;
}

void receives(ProgressRecord& record, int from, int tag, std::uint64_t comm = kWorld) {
  posted_receive(record, from, tag, comm);
  wait_for(record, {FlowKind::receive, 0, comm, from, tag, 0});
}

void sends(ProgressRecord& record, int to, int tag, std::uint64_t comm = kWorld) {
  sent(record, to, tag, comm);
  wait_for(record, {FlowKind::send, 0, comm, to, tag, 0});
}

// Call number `sequence` on a communicator of `members` ranks.
void called(ProgressRecord& record, std::uint64_t sequence, int members, std::uint64_t comm = kWorld) {
  Flow& one = flow(record, FlowKind::collective, kNoPeer, kNoTag, comm);
  one.posted = sequence;
  one.members = static_cast<std::uint32_t>(members);
}

void waits_in(ProgressRecord& record, std::uint64_t sequence, int members, std::uint32_t rooted = 0, int root = kNoPeer, std::uint64_t comm = kWorld) {
  called(record, sequence, members, comm);
  wait_for(record, {FlowKind::collective, rooted, comm, root, kNoTag, sequence});
}

// The same state seen again, long enough after, by ranks that go on polling.
bool proven(const Records& first) {
  Records second = first;
  for (ProgressRecord& record : second) {
    record.polls += 5;
    record.taken_ns += kProofSpan_ns;
  }
  return is_deadlock(first, second);
}

const allranks::test::Register all[] = {
    {"a barrier against a receive is a deadlock",
     [] {
       Records r = ranks(2);
       waits_in(r[0], 1, 2);
       receives(r[1], 0, 3);
       CHECK(proven(r));
     }},
    {"a barrier that a departed rank never entered is a deadlock",
     [] {
       Records r = ranks(3);
       waits_in(r[0], 4, 3);
       waits_in(r[2], 4, 3);
       called(r[1], 3, 3);
       r[1].activity = RankActivity::departed;
       CHECK(proven(r));
     }},
    {"a barrier that all have entered is not",
     [] {
       Records r = ranks(2);
       waits_in(r[0], 1, 2);
       called(r[1], 1, 2);
       r[1].activity = RankActivity::finished;
       CHECK(!proven(r));
     }},
    {"one that met another collective call is a deadlock, while others wait or when they have left",
     [] {
       Records r = ranks(2);
       waits_in(r[0], 2, 2);
       waits_in(r[1], 2, 2);
       r[1].flow[0].tag = 17;
       CHECK(proven(r));
       r[1].needs = 0;
       r[1].activity = RankActivity::finished;
       CHECK(proven(r));
       // Of calls further on nothing is known.
       ++r[1].flow[0].posted;
       CHECK(!proven(r));
     }},
    {"collectives on different communicators are a deadlock",
     [] {
       Records r = ranks(2);
       waits_in(r[0], 1, 2, 0, kNoPeer, kWorld);
       waits_in(r[1], 1, 2, 0, kNoPeer, kOther);
       CHECK(proven(r));
     }},
    {"a rank that computes may still do what others wait for",
     [] {
       Records r = ranks(3);
       waits_in(r[0], 1, 3);
       receives(r[1], 0, 3);
       CHECK(!proven(r));
     }},
    {"a loop over Iprobe counts as computing",
     [] {
       Records r = ranks(2);
       receives(r[0], 1, 3);
       Records later = r;
       for (ProgressRecord& record : later) {
         record.polls += 1000;
         record.taken_ns += 60'000'000'000;
       }
       CHECK(!is_deadlock(r, later));
     }},
    {"a message sent by a rank that has left is on its way",
     [] {
       Records r = ranks(2);
       sent(r[1], 0, 3);
       r[1].activity = RankActivity::departed;
       receives(r[0], 1, 3);
       CHECK(!proven(r));
       took(r[0], 1, 3);
       CHECK(proven(r));
     }},
    {"a message with another tag does not count",
     [] {
       Records r = ranks(2);
       sent(r[1], 0, 4);
       r[1].activity = RankActivity::finished;
       receives(r[0], 1, 3);
       CHECK(proven(r));
     }},
    {"a message on another communicator does not count",
     [] {
       Records r = ranks(2);
       sent(r[1], 0, 3, kOther);
       r[1].activity = RankActivity::finished;
       receives(r[0], 1, 3);
       CHECK(proven(r));
     }},
    {"a wildcard receive is met by any message under way",
     [] {
       Records r = ranks(3);
       sent(r[2], 0, 99);
       r[1].activity = r[2].activity = RankActivity::finished;
       receives(r[0], kAnyPeer, kAnyTag);
       CHECK(!proven(r));
       took(r[0], 2, 99);
       CHECK(proven(r));
     }},
    {"a wildcard source still asks for its tag",
     [] {
       Records r = ranks(2);
       sent(r[1], 0, 98);
       r[1].activity = RankActivity::finished;
       receives(r[0], kAnyPeer, 99);
       CHECK(proven(r));
     }},
    {"two receives that wait for each other are a deadlock",
     [] {
       Records r = ranks(2);
       receives(r[0], 1, 1);
       receives(r[1], 0, 1);
       CHECK(proven(r));
     }},
    {"a send against an open receive is not a deadlock, also of a rank that has left",
     [] {
       Records r = ranks(2);
       sends(r[0], 1, 5);
       posted_receive(r[1], kAnyPeer, 5);
       r[1].activity = RankActivity::finished;
       CHECK(!proven(r));
     }},
    {"a send against a probe is not a deadlock",
     [] {
       Records r = ranks(2);
       sends(r[0], 1, 5);
       wait_for(r[1], {FlowKind::receive, 0, kWorld, kAnyPeer, kAnyTag, 0});
       CHECK(!proven(r));
     }},
    {"two large sends against each other are a deadlock",
     [] {
       Records r = ranks(2);
       sends(r[0], 1, 5);
       sends(r[1], 0, 5);
       CHECK(proven(r));
     }},
    {"one that may go on could feed the others",
     [] {
       Records r = ranks(3);
       receives(r[0], 1, 1);
       receives(r[1], 2, 1);
       sent(r[2], 1, 1);
       r[2].activity = RankActivity::finished;
       CHECK(!proven(r));
     }},
    {"Waitall needs every request, Waitany one",
     [] {
       Records r = ranks(2);
       sent(r[1], 0, 1);
       r[1].activity = RankActivity::finished;
       receives(r[0], 1, 1);
       receives(r[0], 1, 2);
       CHECK(proven(r));
       r[0].needs_all = 0;
       CHECK(!proven(r));
     }},
    {"a wait for something that is not recorded proves nothing",
     [] {
       Records r = ranks(2);
       r[0].activity = RankActivity::waiting;
       r[1].activity = RankActivity::finished;
       CHECK(!proven(r));
     }},
    {"a broadcast from a root that was there may be on its way",
     [] {
       Records r = ranks(3);
       waits_in(r[2], 1, 3, 1, 0);
       called(r[0], 1, 3);
       r[0].activity = r[1].activity = RankActivity::finished;
       CHECK(!proven(r));
       r[1].activity = RankActivity::departed;
       CHECK(proven(r));
     }},
    {"a broadcast whose root has left without it is a deadlock",
     [] {
       Records r = ranks(2);
       waits_in(r[1], 1, 2, 1, 0);
       r[0].activity = RankActivity::finished;
       CHECK(proven(r));
     }},
    {"more messages taken than sent on record proves nothing",
     [] {
       Records r = ranks(2);
       took(r[0], 1, 3);
       r[1].activity = RankActivity::finished;
       receives(r[0], 1, 3);
       CHECK(!proven(r));
     }},
    {"tags that share a flow are judged together",
     [] {
       Records r = ranks(2);
       sent(r[1], 0, kOtherTags);
       r[1].activity = RankActivity::finished;
       receives(r[0], 1, 3);
       CHECK(!proven(r));
       took(r[0], 1, 500);
       CHECK(proven(r));
     }},
    {"snapshots that differ prove nothing",
     [] {
       Records r = ranks(2);
       receives(r[0], 1, 1);
       receives(r[1], 0, 1);
       Records later = r;
       for (ProgressRecord& record : later) {
         ++record.polls;
         record.taken_ns += kProofSpan_ns;
       }
       CHECK(is_deadlock(r, later));
       Records moved = later;
       ++moved[1].operations;
       CHECK(!is_deadlock(r, moved));
       Records early = later;
       early[0].taken_ns -= 1;
       CHECK(!is_deadlock(r, early));
       Records unpolled = later;
       unpolled[1].polls = r[1].polls;
       CHECK(!is_deadlock(r, unpolled));
       Records partial = later;
       partial[0].incomplete = 1;
       CHECK(!is_deadlock(r, partial));
       Records next = later;
       next[0].cell = 8;
       CHECK(!is_deadlock(r, next));
       later.pop_back();
       CHECK(!is_deadlock(r, later));
       CHECK(!is_deadlock({}, {}));
     }},
    {"ranks that have all left are no deadlock",
     [] {
       Records r = ranks(2);
       r[0].activity = r[1].activity = RankActivity::finished;
       CHECK(!proven(r));
     }},
};

}  // namespace
