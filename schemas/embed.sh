#!/bin/sh
# Writes the schemas into the source that the tool embeds. Run it after every change in this folder;
# a test compares the two.
set -eu
cd "$(dirname "$0")/oadp-plan.dev"
out=../../Sources/ProtectionModel/Loading/EmbeddedSchemas.swift
{
  echo '// Written by schemas/embed.sh from the files in schemas/oadp-plan.dev.'
  echo '// swift-format-ignore-file'
  echo
  echo '/// The JSON Schemas of all kinds, by file name: what editors use and `schema export` writes.'
  echo 'public enum EmbeddedSchemas {'
  echo '  public static let files: [(name: String, text: String)] = ['
  for file in *.json; do
    printf '    ("%s", ##"%s"##),\n' "$file" "$(jq -c . "$file")"
  done
  echo '  ]'
  echo '}'
} > "$out"
