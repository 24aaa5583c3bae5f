// What both peers share: the script (the text of src/flow.rs, as `sealbook-sim script` prints it), the tape of trades, and the clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

struct Command {
  std::uint32_t id, price, lots;
  bool is_cancel, is_ioc, is_sell;
};

struct Script {
  std::size_t prefill = 0;
  std::vector<Command> commands;

  explicit Script(const char* path) {
    std::ifstream file(path);
    std::string verb, side;
    std::uint32_t orders = 0, price = 0, lots = 0;
    while (file >> verb) {
      if (verb == "name") file >> side;
      else if (verb == "timed") prefill = commands.size();
      else if (verb == "cancel" && file >> price) commands.push_back({price, 0, 0, true, false, false});
      else if (file >> side >> price >> lots) commands.push_back({++orders, price, lots, false, verb == "ioc", side == "sell"});
    }
    if (commands.size() <= prefill) {
      std::fprintf(stderr, "%s is no script: `sealbook-sim script` prints one\n", path);
      std::exit(2);
    }
  }
};

// Trades in order and their digest (docs/benchmarks.md): a peer whose digest differs did other work.
struct Tape {
  std::uint64_t trades = 0, volume = 0, digest = 0;

  void record(std::uint32_t maker, std::uint32_t taker, std::uint32_t price, std::uint32_t lots) {
    std::uint64_t parties = std::uint64_t(maker) << 32 | taker;
    std::uint64_t terms = std::uint64_t(price) << 32 | lots;
    digest = (digest ^ (parties * 0x9e3779b97f4a7c15ull ^ terms)) * 0xd6e8feb86659fd93ull;
    digest ^= digest >> 32;
    trades += 1;
    volume += lots;
  }
};

// Runs the script as the engine's bench does: 64 pieces, the median piece is the figure.
template <class Market>
void play(const Script& script, Market& market) {
  constexpr std::size_t pieces = 64;
  for (std::size_t i = 0; i < script.prefill; ++i) market.apply(script.commands[i]);
  market.forget_prefill();
  const std::size_t count = script.commands.size() - script.prefill;
  std::vector<double> ns;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::size_t from = script.prefill + count * piece / pieces, to = script.prefill + count * (piece + 1) / pieces;
    if (from == to) continue;
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = from; i < to; ++i) market.apply(script.commands[i]);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
    ns.push_back(took.count() / double(to - from));
  }
  std::sort(ns.begin(), ns.end());
  const Tape& tape = market.tape;
  std::printf("{\"ns_per_command\":%.2f,\"trades\":%llu,\"volume\":%llu,\"digest\":\"%016llx\"}\n", ns[ns.size() / 2],
              (unsigned long long)tape.trades, (unsigned long long)tape.volume, (unsigned long long)tape.digest);
}
