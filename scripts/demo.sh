# shellcheck shell=bash
# The demo: the organisations of tenants/demo/ with their events and people, so that a newcomer sees
# something at once. The passwords are no secret; the stack listens on this machine only.

demo_password=kidevent-demo-only
demo_admin=admin@kidevent.example

# demo_key FILE KEY: a plain value of a descriptor
demo_key() { sed -n "s/^$2:[[:space:]]*\"\{0,1\}\([^\"# ]*\).*/\1/p" "$1"; }

demo_slugs() {
    local file
    for file in tenants/demo/*.yaml; do printf '%s\n' "$(demo_key "$file" slug)"; done
}

# demo_people: "SLUG ROLE EMAIL" of each demo account
demo_people() {
    local file slug
    for file in tenants/demo/*.yaml; do
        slug=$(demo_key "$file" slug)
        printf '%s owner %s\n' "$slug" "$(demo_key "$file" owner_email)"
        printf '%s staff staff@%s.example\n' "$slug" "$slug"
        printf '%s guardian parent@%s.example\n' "$slug" "$slug"
    done
}

demo_load() {
    local slug role email
    step "demo organisations"
    cli_run apply tenants/demo/*.yaml
    # People and events are added once: what a developer does to them later stays.
    demo_admin_factor
    [ ! -e "$dev_dir/demo-loaded" ] || return 0
    while read -r slug role email; do
        demo_account user create --tenant "$slug" --role "$role" --email "$email"
    done < <(demo_people)
    demo_import_calendars
    touch "$dev_dir/demo-loaded"
}

# The demo's admin has a second factor like every admin. It is made once; its secret lies in the stack's own
# directory, so that a developer can look it up again.
demo_admin_factor() {
    [ ! -e "$dev_dir/demo-admin" ] || return 0
    demo_account admin create --email "$demo_admin" --without-second-factor
    (
        umask 077
        cli_run admin issue-factor --email "$demo_admin" --json |
            as_run_user tee "$dev_dir/demo-admin.new" >/dev/null
    )
    as_run_user mv "$dev_dir/demo-admin.new" "$dev_dir/demo-admin"
}

# A calendar lies beside its organisation's descriptor. Its first session is moved to a day soon.
demo_import_calendars() {
    local descriptor calendar slug
    for descriptor in tenants/demo/*.yaml; do
        slug=$(demo_key "$descriptor" slug)
        for calendar in "${descriptor%.yaml}".{ics,csv}; do
            [ -e "$calendar" ] || continue
            cli_run event import --tenant "$slug" "$calendar" --publish --shift-to "$(date -d tomorrow +%F)"
        done
    done
}

# demo_account WORD..: makes an account with the demo password; one that exists is left alone
demo_account() {
    local status=0 said
    said=$(printf '%s\n' "$demo_password" | cli_run "$@" --password-stdin 2>&1) || status=$?
    case $status in
        0 | 5) return 0 ;; # 5: it exists
        *) fail "kidevent $* ended with status $status" "$said" ;;
    esac
}

demo_print_logins() {
    local slug role email
    echo "demo logins, all with the password $demo_password:"
    printf '  %-34s %s\n' "$demo_admin" "platform admin, with a second factor:"
    printf '  %-34s %s\n' '' "$(jq -r .otpauth_uri "$dev_dir/demo-admin")"
    printf '  %-34s %s\n' '' "code: oathtool --totp -b $(jq -r .secret "$dev_dir/demo-admin")"
    while read -r slug role email; do
        printf '  %-34s %s of %s\n' "$email" "$role" "$slug"
    done < <(demo_people)
}
