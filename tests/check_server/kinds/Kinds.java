// The kinds of kinds.rs in Java: the kind, then the port. A thread a player.
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.regex.*;

public class Kinds {
    static String kind;
    static boolean won;
    static int games, theNumber = draw(100);
    static Player waiting;

    // Not one of the first numbers that a player tries: luck would hide what kind this is.
    static int draw(int most) { return most * 3 / 4 + (int) (Math.random() * (most / 8)) + 1; }

    static boolean is(String word) { return kind.equals(word); }

    public static void main(String[] words) throws IOException {
        kind = words[0];
        ServerSocket service = new ServerSocket(Integer.parseInt(words[1]));
        System.out.println("port " + service.getLocalPort());
        Scanner keyboard = new Scanner(System.in);
        while (true) {
            Player player = new Player(service.accept());
            if (is("two")) {
                player.say("En attente d'un autre joueur\n");
                if (waiting != null) {
                    new Thread(waiting).start();
                    new Thread(player).start();
                }
                waiting = waiting == null ? player : null;
            } else if (is("one")) {
                player.run();
                return;
            } else if (is("keyboard")) {
                player.run();
                System.out.print("Encore ? (o/n) ");
                if (keyboard.nextLine().equals("n")) return;
            } else {
                new Thread(player).start();
            }
        }
    }

    record Player(Socket connection) implements Runnable {
        public void run() {
            try (connection) {
                game();
            } catch (IOException e) {
                // The player has gone.
            }
        }

        void say(String text) throws IOException {
            connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        String hear() throws IOException {
            byte[] bytes = new byte[1024];
            int size = connection.getInputStream().read(bytes);
            return size < 0 ? null : new String(bytes, 0, size, StandardCharsets.UTF_8);
        }

        static Integer number(String message) {
            String form = is("objects") ? ".*\"essai\": *(-?\\d{1,9})\\b.*" : "(-?\\d{1,9})\\s*";
            Matcher found = Pattern.compile(form, Pattern.DOTALL).matcher(message);
            return found.matches() ? Integer.valueOf(found.group(1)) : null;
        }

        void game() throws IOException {
            int most = is("nohints") ? 10 : is("range") ? new int[] {20, 50, 100}[games++ % 3] : 100;
            if (is("password")) {
                say("Mot de passe : ");
                hear();
                say("Mot de passe incorrect, au revoir\n");
                return;
            }
            if (is("objects")) say("{\"type\": \"bienvenue\", \"min\": 1, \"max\": 100}");
            else if (!is("narrows") && !is("tries")) say("Devine un nombre entre 1 et " + most + "\n");
            if (is("winner") && won) return;
            boolean found = play(is("winner") ? theNumber : draw(most), most);
            won |= found;
        }

        boolean play(int secret, int most) throws IOException {
            int tries = 0, low = 0, high = most + 1;
            while (true) {
                if (is("narrows")) say("le nombre est entre " + low + " et " + high + ", propose\n");
                String message = hear();
                if (message == null) return false;
                Integer guess = number(message);
                tries++;
                boolean found = is("exact") ? message.equals("" + secret) : guess != null && guess == secret;
                if (found) {
                    say(is("tries") ? "" + tries : is("objects") ? "{\"type\": \"gagne\"}" : "Gagné !\n");
                    return true;
                }
                if (is("narrows")) {
                    if (guess != null && guess > low && guess < secret) low = guess;
                    if (guess != null && guess < high && guess > secret) high = guess;
                } else if (is("objects")) {
                    String hint = guess != null && guess < secret ? "trop petit" : "trop grand";
                    String of = "{\"type\": \"indice\", \"texte\": \"" + hint + "\"}";
                    say(guess == null ? "{\"type\": \"erreur\"}" : of);
                } else if (is("nohints")) {
                    say("Non, essaie encore\n");
                } else {
                    say(guess == null ? "Erreur : un nombre entier\n" : guess < secret ? "Trop petit\n" : "Trop grand\n");
                }
            }
        }
    }
}
