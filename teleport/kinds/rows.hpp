#pragma once

/// The rows of the registry, one function each, and the words that their files share. Facts: names
/// and calls facts/operator-behaviour.md §3.1, §5.1, older calls facts/wire/services.json, printer
/// columns §5.3.

#include <string>

#include "teleport/kind.hpp"

namespace teleport::kinds {

inline constexpr const char* empty = "google.protobuf.Empty";

/// A method of a service, with full message names.
rpc method(const std::string& service, const std::string& name, const std::string& request,
           const std::string& response);

/// A method of proto.AuthService.
rpc auth(const std::string& name, const std::string& request, const std::string& response);

/// A kind under its names in Kubernetes: `base` "App" is TeleportApp, its plural from `bases`
/// "Apps". With `version` ("V3") the version is part of the kind, whose API version is v1.
kind named(const std::string& base, const std::string& bases, const std::string& version = {});

/// The calls of a service that has one message for each: Get`base`, Create`base`, `update``base`
/// ("Update" or "Upsert"), Delete`base`, List`bases`; requests and the list's response are named
/// after the call, the others answer `message`.
kind_calls service_calls(const std::string& package, const std::string& service,
                         const std::string& base, const std::string& bases,
                         const std::string& update, const std::string& message);

/// The same calls for a service that has an answer for each: `CreateApp` answers
/// `CreateAppResponse`, which has the resource in it.
kind_calls answered_by_call(kind_calls calls);

// One declaration for each row, from the list that the registry is built of.
#define TELEPORT_KIND(row) kind row();
#include "teleport/kinds/rows.inc"
#undef TELEPORT_KIND

}  // namespace teleport::kinds
