# shellcheck shell=bash
# The demo: two organisations with events and people, so that a newcomer sees something at once. Its
# passwords are no secret; the stack listens on this machine only.

demo_password=kidevent-demo-only
demo_admin=admin@demo.example

# demo_people SLUG: e-mail and role of each demo account
demo_people() {
    printf '%s %s\n' "owner@$1.example" owner "staff@$1.example" staff "parent@$1.example" guardian
}

demo_slugs() {
    local file
    for file in tenants/demo/*.yaml; do
        sed -n 's/^slug:[[:space:]]*"\{0,1\}\([a-z0-9-]*\).*/\1/p' "$file"
    done
}

demo_load() {
    local file slug person
    step "demo organisations"
    for file in tenants/demo/*.yaml; do cli_run apply "$file"; done
    # People and events are added once: what a developer does to them later stays.
    [ ! -e "$dev_dir/demo-loaded" ] || return 0
    demo_account admin create --email "$demo_admin"
    while read -r slug; do
        while read -r person; do
            demo_account user create --tenant "$slug" --role "${person#* }" --email "${person% *}"
        done < <(demo_people "$slug")
        for file in tenants/demo/"$slug"/*.{ics,csv}; do
            [ -e "$file" ] || continue
            cli_run event import --tenant "$slug" "$file" --publish
        done
    done < <(demo_slugs)
    touch "$dev_dir/demo-loaded"
}

# demo_account WORD..: makes an account with the demo password; one that exists is left alone
demo_account() {
    local status=0
    printf '%s\n' "$demo_password" | cli_run "$@" --password-stdin >/dev/null || status=$?
    case $status in
        0 | 5) return 0 ;; # 5: it exists
        *) fail "kidevent $* ended with status $status" ;;
    esac
}

demo_print_logins() {
    local slug email role
    echo "demo logins, all with the password $demo_password:"
    printf '  %-28s %s\n' "$demo_admin" "platform admin"
    while read -r slug; do
        while read -r email role; do
            printf '  %-28s %s of %s\n' "$email" "$role" "$slug"
        done < <(demo_people "$slug")
    done < <(demo_slugs)
}
