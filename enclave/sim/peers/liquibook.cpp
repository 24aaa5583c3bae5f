// liquibook's order book without depth, orders by pointer, its own SimpleOrder. `cancel` scans a price level: that is the library's.
#include "script.hpp"

#include <memory>

#include <book/order_book.h>
#include <simple/simple_order.h>

using liquibook::simple::SimpleOrder;
using Book = liquibook::book::OrderBook<SimpleOrder*>;

struct Market : Book {
  Tape tape;
  std::vector<std::unique_ptr<SimpleOrder>> orders{1};

  // Ids of SimpleOrder count up from 1 in the order of construction: the script's.
  void on_fill(SimpleOrder* const& taker, SimpleOrder* const& maker, liquibook::book::Quantity lots,
               liquibook::book::Price price, bool, bool) override {
    tape.record(maker->order_id_, taker->order_id_, std::uint32_t(price), std::uint32_t(lots));
  }

  void apply(const Command& command) {
    if (command.is_cancel) {
      cancel(orders[command.id].get());
      return;
    }
    const auto conditions = command.is_ioc ? liquibook::book::oc_immediate_or_cancel : liquibook::book::oc_no_conditions;
    orders.push_back(std::make_unique<SimpleOrder>(!command.is_sell, command.price, command.lots, 0, conditions));
    add(orders.back().get(), conditions);
  }

  void forget_prefill() { tape = Tape{}; }
};

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const Script script(arguments[1]);
  auto market = std::make_unique<Market>();
  market->orders.reserve(script.commands.size() + 1);
  play(script, *market);
}
