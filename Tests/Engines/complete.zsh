# zsh -f complete.zsh FOLDER LINE...: what zsh completes behind each line, one hit a line.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= RPS1= PS2=; fpath=($1 \$fpath); autoload -U compinit; compinit -u -D; unset zle_bracketed_paste; source ${0:A:h}/complete_hits.zsh; print READ''Y"
zpty -r z heard '*READY*'
shift
for line; do
    zpty -w -n z "$line"$'\t'
    zpty -r z heard '*<<END>>*'
    print -r -- "== $line"
    print -r -- "$heard" | grep -o 'HIT:[^ ]*' | cut -c5- | tr -d '\r' | sort -u
    zpty -w -n z $'\x15'
done
zpty -d z
