// Somebody else's project: a simulator, one request.
#include <azlab/simulator.hpp>
#include <iostream>

int main() {
  azlab::Simulator azure;
  const auto response = azure.handle(azlab::Request::make(azlab::Method::get, "/subscriptions?api-version=2022-12-01"));
  std::cout << response.status << '\n' << response.body.text() << '\n';
  return response.status == 200 ? 0 : 1;
}
