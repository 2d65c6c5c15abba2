//! Ways to answer, in every language and in signs, as learners write them.

/// How a server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordPack {
    /// The language's code, `signs` or `codes`.
    pub lang: &'static str,
    /// The guess is smaller than the number.
    pub too_small: &'static str,
    /// The guess is bigger than the number.
    pub too_big: &'static str,
    /// The guess is the number.
    pub found: &'static str,
    /// What is said before each guess.
    pub prompt: &'static str,
}

const fn pack(lang: &'static str, answers: [&'static str; 4]) -> WordPack {
    let [too_small, too_big, found, prompt] = answers;
    WordPack {
        lang,
        too_small,
        too_big,
        found,
        prompt,
    }
}

/// Ways to answer, in every language and in signs.
#[rustfmt::skip]
pub const PACKS: &[WordPack] = &[
    pack("fr", ["Trop petit", "Trop grand", "Gagné !", "Ton nombre : "]),
    pack("fr", ["C'est plus", "C'est moins", "Bravo !", "Entrez un nombre entre 1 et 100 : "]),
    pack("fr", ["Plus grand", "Plus petit", "Bravo, tu as trouvé !", "Devine : "]),
    pack("fr", ["Le nombre est plus grand.", "Le nombre est plus petit.", "Félicitations", "? "]),
    pack("en", ["Too low", "Too high", "Correct!", "Enter a number: "]),
    pack("en", ["Too small", "Too big", "Congratulations, you win!", "Guess: "]),
    pack("en", ["Higher", "Lower", "You win", "Your guess? "]),
    pack("en", ["MORE", "LESS", "EQUAL", "> "]),
    pack("es", ["Demasiado bajo", "Demasiado alto", "¡Has acertado!", "Número: "]),
    pack("es", ["Mi número es mayor", "Mi número es menor", "¡Felicidades!", "Introduce un número: "]),
    pack("pt", ["Muito baixo", "Muito alto", "Parabéns!", "Digite um número: "]),
    pack("pt", ["O número é maior", "O número é menor", "Você acertou!", "Palpite: "]),
    pack("it", ["Troppo basso", "Troppo alto", "Hai vinto!", "Inserisci un numero: "]),
    pack("it", ["Il numero è più grande", "Il numero è più piccolo", "Esatto!", "Numero: "]),
    pack("de", ["Zu klein", "Zu groß", "Gewonnen!", "Deine Zahl: "]),
    pack("de", ["Zu niedrig", "Zu hoch", "Richtig!", "Rate: "]),
    pack("pl", ["Za mało", "Za dużo", "Brawo, wygrałeś!", "Podaj liczbę: "]),
    pack("pl", ["Za mała", "Za duża", "Gratulacje!", "Twoja liczba: "]),
    pack("signs", ["+", "-", "=", ""]),
    pack("codes", ["-1", "1", "0", ""]),
];
