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

  /// Something changed in Azure: sends the page again where it looks different. Any thread.
  void refresh();
  /// Something in Azure began or ended. Any thread.
  void tell(const Happening& happening);
  /// Any thread.
  void push(const char* kind, Json message);

 private:
  using Ask = Json (Tab::*)(const Json&);
  struct Row {
    std::string_view name;
    Ask ask;
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
  /// Members `view` and `apps`, remembered as what the page shows.
  Json page();
  /// What happened before this page was loaded.
  Json notices() const;
  void begin_session(const std::string& language);

  House& house_;
  std::shared_ptr<net::SiteTab> socket_;
  std::mutex mutex_{};  ///< guards the session and what the page shows
  std::string user_ = Caller{}.user_name;  ///< account of who is signed in
  std::string id_{};    ///< of the session, by which a tab that comes back finds it
  std::unique_ptr<portal::Session> session_{};
  std::string shown_{};
  std::unique_ptr<Terminals> terminals_{};
  std::map<std::string, std::string> uploads_{};  ///< what has come of files whose last part has not, by path
};

}  // namespace azlab::site
