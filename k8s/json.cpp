#include "k8s/json.hpp"

#include <utility>
#include <vector>

namespace k8s {

namespace {

/// Builds the document, without `metadata.managedFields` of the objects in it: that is half of what
/// the API server sends of a small object, a tree of its own, and of use to nobody here.
class document_builder final : public nlohmann::json_sax<json> {
 public:
  json take() { return std::move(root_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json::value_t::object); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::value_t::array); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  bool key(string_t& name) override {
    if (skipped_ > 0) return true;
    skip_next_ = name == "managedFields" && in_metadata();
    if (!skip_next_) member_ = &(*open_.back())[std::move(name)];
    return true;
  }

 private:
  /// Is the open container the metadata of a Kubernetes object: of the document itself, of a watch
  /// event's `object`, or of one of a list's `items`?
  bool in_metadata() const {
    const auto depth = open_.size();
    if (depth < 2 || depth > 4) return false;
    if (member(*open_[depth - 2], "metadata") != open_.back()) return false;
    if (depth == 3) return member(root_of(), "object") == open_[1];
    return depth == 2 || member(root_of(), "items") == open_[1];
  }
  json& root_of() const { return *open_.front(); }

  template <class Value>
  bool add(Value&& value) {
    if (skipped_ == 0 && !std::exchange(skip_next_, false)) put(json(std::forward<Value>(value)));
    return true;
  }

  bool open(json::value_t type) {
    if (skipped_ > 0 || std::exchange(skip_next_, false)) {
      ++skipped_;
    } else {
      open_.push_back(put(json(type)));
    }
    return true;
  }

  bool close() {
    if (skipped_ > 0) {
      --skipped_;
    } else {
      open_.pop_back();
    }
    return true;
  }

  json* put(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    auto& into = *open_.back();
    if (into.is_object()) {
      *member_ = std::move(value);
      return member_;
    }
    // A container that is open is the last of its array, so growing moves no open one.
    into.push_back(std::move(value));
    return &into.back();
  }

  json root_;
  std::vector<json*> open_;  ///< containers from the root to the innermost
  json* member_ = nullptr;   ///< of the innermost, when it is an object: where the next value goes
  bool skip_next_ = false;   ///< the next value is left out
  std::size_t skipped_ = 0;  ///< open containers inside a value that is left out
};

}  // namespace

std::optional<json> read_json_object(std::string_view text) {
  document_builder builder;
  if (!json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  auto value = builder.take();
  if (!value.is_object()) return std::nullopt;
  return value;
}

}  // namespace k8s
