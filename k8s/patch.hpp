#pragma once

/// Bodies of the merge patches that a controller writes. All carry the UID and the resourceVersion
/// that the decision was based on, so the server refuses (409) what would overwrite somebody else's
/// change.

#include <map>
#include <string>
#include <vector>

#include "k8s/object.hpp"

namespace k8s {

/// Replaces the finalizer list of `base` by `finalizers`, and sets these annotations; one with an
/// empty value is removed, others stay.
std::string finalizers_patch(const object& base, const std::vector<std::string>& finalizers,
                             const std::map<std::string, std::string>& annotations = {});

/// Replaces conditions and the named status fields of `base`; other status fields stay.
/// A field with an empty value is removed.
std::string status_patch(const object& base, const object_status& status);

}  // namespace k8s
