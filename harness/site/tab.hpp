#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "harness/site/house.hpp"
#include "harness/site/terminals.hpp"
#include "sim/net/site_server.hpp"
#include "sim/portal/session.hpp"

namespace azlab::site {

/// One tab of a learner's browser: a portal session, and what the page asks beside it. sim/portal/web/src/protocol.ts says
/// what is asked and answered, as JSON texts: {"id", "ask", …} -> {"re", …} or {"re", "error"}; {"push", …} at any time.
class Tab : public net::SiteVisitor {
 public:
  Tab(House& house, std::shared_ptr<net::SiteTab> socket);
  ~Tab() override;
  void told(const std::string& text) override;

  /// Something in Azure began or ended. Any thread.
  void tell(const Happening& happening);
  /// Something may have changed in Azure: sends the page again where it looks different. Returns how many times it has
  /// looked otherwise by now. Any thread.
  std::uint64_t refresh();
  /// Sends the time of now, and returns it as it was sent. Any thread.
  std::string show_clock();
  /// Later tabs have greater ones.
  std::uint64_t number() const { return number_; }
  /// By which a tab that comes back finds its session. Any thread.
  std::string id();
  /// The session's whole state, and back. Any thread.
  std::string save();
  void load(const std::string& saved);
  /// Any thread.
  void push(const char* kind, Json message);

 private:
  using Ask = Json (Tab::*)(const Json&);
  struct Row {
    std::string_view name;
    Ask ask;
    bool machines = false;  ///< uses the run's machines
  };
  static const Row kAsks[];

  Json hello(const Json& ask);
  Json sign_in(const Json& ask);
  Json act(const Json& ask);
  Json view(const Json& ask);
  Json get(const Json& ask);
  Json open_terminal(const Json& ask);
  Json type_terminal(const Json& ask);
  Json resize_terminal(const Json& ask);
  Json close_terminal(const Json& ask);
  Json skip(const Json& ask);
  Json open_notebook(const Json& ask);
  Json run_cell(const Json& ask);
  Json run_all_cells(const Json& ask);
  Json interrupt_kernel(const Json& ask);
  Json restart_kernel(const Json& ask);
  Json save_notebook(const Json& ask);
  Json upload(const Json& ask);
  Json download(const Json& ask);
  Json lab_hint(const Json& ask);
  Json lab_mark(const Json& ask);

  std::shared_ptr<Notebook> notebook(const Json& ask);
  KernelChoice kernel_choice(const Json& ask) const;
  Result<shell::Session*> cloud_shell();
  Json clock() const;
  /// Members `view` and `apps`, remembered as what the page shows.
  Json page();
  /// What happened before this page was loaded.
  Json notices() const;
  void begin_session(const std::string& language);

  House& house_;
  std::shared_ptr<net::SiteTab> socket_;
  std::uint64_t number_ = 0;
  std::mutex mutex_{};  ///< guards the session and what the page shows
  std::string user_ = Caller{}.user_name;  ///< account of who is signed in
  std::string id_{};    ///< of the session, by which a tab that comes back finds it
  std::unique_ptr<portal::Session> session_{};
  std::string shown_{};
  std::uint64_t turn_ = 0;  ///< how many times the page has looked otherwise
  std::unique_ptr<Terminals> terminals_{};
  std::map<std::string, std::string> uploads_{};  ///< what has come of files whose last part has not, by path
};

}  // namespace azlab::site
