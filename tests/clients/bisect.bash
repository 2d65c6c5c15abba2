# Plays a whole game with nothing but bash, and prints what the server says.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1

ask() {
    printf '%s\n' "$1" >&3
    IFS= read -r answer <&3
    printf '%s\n' "$answer"
}

IFS= read -r greeting <&3
printf '%s\n' "$greeting"
ask 'NOM Éloïse'
low=1 high=100
while [[ $answer != Gagné* ]]; do
    guess=$(((low + high) / 2))
    ask "$guess"
    case $answer in
        'Trop petit') low=$((guess + 1)) ;;
        'Trop grand') high=$((guess - 1)) ;;
        Gagné*) ;;
        *) exit 1 ;;
    esac
done
ask FIN
