// CppTrader's market manager with matching on, and the handler it calls. One symbol, orders by id.
#include "script.hpp"

#include "trader/matching/market_manager.h"

using namespace CppTrader::Matching;

struct Handler : MarketHandler {
  Tape tape;
  std::uint32_t taker = 0;

  // Called for the maker and for the taker of each trade: the maker's call is the trade.
  void onExecuteOrder(const Order& order, std::uint64_t price, std::uint64_t quantity) override {
    if (order.Id != taker) tape.record(std::uint32_t(order.Id), taker, std::uint32_t(price), std::uint32_t(quantity));
  }
};

struct Market {
  Handler handler;
  MarketManager manager{handler};
  Tape& tape = handler.tape;

  Market() {
    const char name[8] = {'P', 'E', 'R', 'P', ' ', ' ', ' ', ' '};
    const Symbol symbol(0, name);
    manager.AddSymbol(symbol);
    manager.AddOrderBook(symbol);
    manager.EnableMatching();
  }

  void apply(const Command& command) {
    if (command.is_cancel) {
      manager.DeleteOrder(command.id);
      return;
    }
    handler.taker = command.id;
    const auto side = command.is_sell ? OrderSide::SELL : OrderSide::BUY;
    const auto lasts = command.is_ioc ? OrderTimeInForce::IOC : OrderTimeInForce::GTC;
    manager.AddOrder(Order::Limit(command.id, 0, side, command.price, command.lots, lasts));
  }

  void forget_prefill() { handler.tape = Tape{}; }
};

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const Script script(arguments[1]);
  Market market;
  play(script, market);
}
