# Starts Keycloak with a class-data archive, which spares the JVM a third of its work; without one, has it written for
# the next time: when the server has loaded no class for a while, and behind everything else that wants to run.
# Usage: start-keycloak.sh KEYCLOAK_HOME ARCHIVE_FOLDER <arguments of kc.sh>
home=$1 folder=$2
shift 2

# By hand, the first administrator's password is in a file. A properties file reads \, and Keycloak expands ${…}.
if [ -n "$BOOTSTRAP_PASSWORD_FILE" ]; then
  if [ ! -s "$BOOTSTRAP_PASSWORD_FILE" ]; then
    echo 'Choose a password that nobody guesses, and set it as KC_BOOTSTRAP_ADMIN_PASSWORD.' >&2
    exit 1
  fi
  config=$home/conf/keycloak.conf
  rm -f "$config"
  (umask 077 && sed 's/\\/&&/g; s/\${/\\\\&/g; s/^/bootstrap-admin-password=/' "$BOOTSTRAP_PASSWORD_FILE" >"$config")
fi

java=$(readlink -f "$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java")")
# A new server may have a copy of a database without keys and passwords, and a script with its own. When that fails, the
# server creates its database. H2 would print a statement that fails, with the key in it.
first=$home/data/h2/first-start.sql database=$home/data/h2/keycloakdb
if [ -f "$first" ]; then
  "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$(echo "$home"/lib/lib/main/com.h2database.h2-*.jar)" \
    org.h2.tools.RunScript -url "jdbc:h2:file:$database;IFEXISTS=TRUE;TRACE_LEVEL_FILE=0" -script "$first" \
    >/dev/null 2>&1 || rm -f "$database".*
  rm -f "$first"
fi

# Other servers may use the folder: what is half done has the number of its process, which kc.sh and the JVM take over.
list=$folder/$$.lst partial=$folder/$$.partial
# An archive is of one set of opened modules, too: those that kc.sh gives the server.
opens=$(sed -n 's/^ *JAVA_ADD_OPENS="\(--.*\)"$/\1/p' "$home/bin/kc.sh")

# By this class the server knows in which folder it is. One of an archive says where that was written: in the folder of
# another instance, whose jars the server then opens, until that instance is removed.
left_out=io/quarkus/bootstrap/runner/QuarkusEntryPoint

# A file for each JVM and each build of the server, wherever it is: the JVM compares names and times of the jars, not
# their folder. Without --time-style ls writes the time of a file that is older than half a year in another way. The number
# of a jar's hard links says nothing about it.
archive_file() {
  set -- "${java%/bin/java}/release" "$home/version.txt" "$home/lib/quarkus/quarkus-application.dat"
  echo "$folder/$({
    cat "$@"
    cd "$home/lib" && export LC_ALL=C TZ=UTC &&
      { ls -ln --time-style=+%s lib/boot quarkus-run.jar || ls -ln lib/boot quarkus-run.jar; } | sed 's/ *[0-9]* / /'
    echo "$JAVA_OPTS $left_out"
  } 2>/dev/null | cksum | cut -d ' ' -f 1).jsa"
}

# with_archive NICENESS ARCHIVE <options>
# shellcheck disable=SC2086
with_archive() {
  niceness=$1 path=$2
  shift 2
  nice -n "$niceness" "$java" "-XX:SharedArchiveFile=$path" -Xmx768m -XX:+UseSerialGC $opens \
    -cp "$home/bin/../lib/quarkus-run.jar" "$@"
}

# Loaded when the first client asks for a realm's metadata: before that the list has only half of what a start needs.
has_answered() {
  case $(cat "$list" 2>/dev/null) in
    *org/keycloak/protocol/oidc/representations/OIDCConfigurationRepresentation\ id:*) ;;
    *) return 1 ;;
  esac
}

write_archive() {
  before='' rounds=0
  until size=$(wc -c 2>/dev/null <"$list") && [ "$size" = "$before" ] && has_answered; do
    before=$size rounds=$((rounds + 1))
    [ "$rounds" -le 60 ] || return
    sleep "${ARCHIVE_QUIET_SECONDS:-15}"
    kill -0 $$ 2>/dev/null || return
  done
  sed "\\|$left_out|d" "$list" >"$partial" && mv "$partial" "$list"
  file=$(archive_file)
  if [ ! -s "$file" ]; then # another server may have been faster
    if with_archive 10 "$partial" -Xshare:dump "-XX:SharedClassListFile=$list" >"$folder/archive.log" 2>&1; then
      mv "$partial" "$file"
      rm -f "$file.failed"
    else
      rm -f "$partial"
      echo "see archive.log" >>"$file.failed"
    fi
  fi
  rm -f "$list"
  # The three that were used last are enough: each has 200 MB.
  (cd "$folder" && ls -t ./*.jsa | tail -n +4 | while read -r old; do rm -f "$old" "$old.failed"; done)
}

remove_leftovers() {
  for left in "$folder"/*.lst "$folder"/*.partial; do
    owner=${left##*/}
    [ "${owner%.*}" != $$ ] && kill -0 "${owner%.*}" 2>/dev/null || rm -f "$left"
  done
}

# A full disk may have room tomorrow; Java 17, which lists no class of Keycloak's loader, fails each time.
has_given_up() {
  [ "$(cat "$1.failed" 2>/dev/null | wc -l)" -ge 3 ]
}

options=$JAVA_OPTS
file=$(archive_file)
mkdir -p "$folder" && remove_leftovers
if [ -s "$file" ] && ! with_archive 0 "$file" -Xshare:on -version >/dev/null 2>&1; then
  rm -f "$file"
fi
if [ -s "$file" ]; then
  touch "$file" 2>/dev/null # a copied one belongs to root
  options="$options \"-XX:SharedArchiveFile=$file\""
elif [ -d "$folder" ] && ! has_given_up "$file"; then
  options="$options \"-XX:DumpLoadedClassList=$list\""
  write_archive &
fi
JAVA_OPTS=$options exec "$home/bin/kc.sh" "$@"
