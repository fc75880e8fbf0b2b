#include <utility>

#include "harness/walk/pages.hpp"

namespace azlab::walk {
namespace {

class SessionPages : public Pages {
 public:
  explicit SessionPages(portal::Session session) : session_(std::move(session)) {}

  portal::View view() override { return session_.view(); }
  portal::Outcome act(const portal::Action& action) override { return session_.act(action); }
  std::vector<std::string> apps() override { return session_.apps(); }
  const portal::Session& session() override { return session_; }
  std::string parameter(std::string_view name) override { return session_.parameter(name); }
  std::string remembered(std::string_view name) override { return session_.remembered(name); }
  std::string user_name() override { return session_.options().user_name; }
  std::string save() override { return session_.save(); }
  void load(const std::string& saved) override { session_.load(saved); }
  std::string picture() override { return {}; }
  std::vector<std::string> defects() override { return {}; }

 private:
  portal::Session session_;
};

}  // namespace

std::unique_ptr<Pages> session_pages(portal::Session::Send send, portal::Session::Options options) {
  return std::make_unique<SessionPages>(portal::Session(std::move(send), std::move(options)));
}

}  // namespace azlab::walk
