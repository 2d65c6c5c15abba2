import java.io.*;
import java.net.*;
import java.util.Random;

/** A sound server in Java: a thread for each player, lines. */
public class Server {
    static void play(Socket player) {
        try (player) {
            var in = new BufferedReader(new InputStreamReader(player.getInputStream(), "UTF-8"));
            var out = new PrintWriter(new OutputStreamWriter(player.getOutputStream(), "UTF-8"), false);
            int secret = new Random().nextInt(100) + 1;
            out.print("Devine un nombre entre 1 et 100.\n");
            out.flush();
            String line;
            while ((line = in.readLine()) != null) {
                try {
                    int n = Integer.parseInt(line.trim());
                    out.print(n < secret ? "Trop petit\n" : n > secret ? "Trop grand\n" : "Gagné !\n");
                    out.flush();
                    if (n == secret) break;
                } catch (NumberFormatException problem) {
                    out.print("Erreur : il faut un nombre entier.\n");
                    out.flush();
                }
            }
        } catch (IOException problem) {
            System.out.println("Un joueur est parti.");
        }
    }

    public static void main(String[] words) throws IOException {
        try (var service = new ServerSocket(Integer.parseInt(words[0]))) {
            while (true) {
                Socket player = service.accept();
                new Thread(() -> play(player)).start();
            }
        }
    }
}
