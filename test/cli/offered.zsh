# What an interactive zsh offers for each line, the cursor being at its end: zsh -f offered.zsh SCRIPT FILE LINE...
# SCRIPT is sourced, or found in fpath where it is a folder. FILE gets the words that completion adds, and `==` after each line.
zmodload zsh/zpty || exit 1
zpty shell zsh -f -i
zpty -w shell "PS1= RPS1= script=${(q)1} offers=${(q)2}"
zpty -w shell '[[ -d $script ]] && fpath=($script $fpath); autoload -Uz compinit; compinit -u -D; [[ -d $script ]] || source $script'
zpty -w shell 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits == 0 )) || print -rl -- $hits >>$offers
  builtin compadd "$@"
}
offer() { _main_complete; compstate[insert]= compstate[list]=; print -r -- "==" >>$offers; print -n "=""OFFERED=" }
zle -C offer complete-word offer; bindkey "^I" offer; bindkey "^U" kill-whole-line; print "=""READY="'
zpty -r shell said '*=READY=*'
shift 2
for line in "$@"; do
  zpty -n -w shell $'\x15'"$line"$'\t'
  zpty -r shell said '*=OFFERED=*'
done
zpty -d shell
