# Sourced by complete.zsh: every hit is printed, and the end of a completion.
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
    local -a hits
    builtin compadd -A hits "$@"
    local code=$?
    print -l -- HIT:${^hits}
    return code
}
tell() { zle complete-word; print -n '<<END>>' }
zle -N tell
bindkey '^I' tell
bindkey '^U' kill-whole-line
