// Lines in both directions; the player's name first, in French; a thread for each player.
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;

public class Lines {
    static final java.util.Random RANDOM = new java.util.Random(2026);

    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 5, InetAddress.getLoopbackAddress());
        System.out.println("prêt " + server.getLocalPort());
        while (true) {
            Socket client = server.accept();
            new Thread(() -> play(client)).start();
        }
    }

    static void play(Socket client) {
        try (client) {
            BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            PrintWriter out = new PrintWriter(new OutputStreamWriter(client.getOutputStream(), StandardCharsets.UTF_8), true);
            out.println("Entrez votre pseudo :");
            String name = in.readLine();
            int number = RANDOM.nextInt(1000) + 1;
            out.println("Bienvenue " + name + ", trouvez le nombre entre 1 et 1000.");
            for (int tries = 1; ; tries++) {
                out.println("Essai n°" + tries + " :");
                String line = in.readLine();
                if (line == null) return;
                try {
                    int guess = Integer.parseInt(line);
                    if (guess == number) {
                        out.println("Félicitations " + name + " !");
                        return;
                    }
                    out.println(guess < number ? "Le nombre est plus grand" : "Le nombre est plus petit");
                } catch (NumberFormatException e) {
                    out.println("Ce n'est pas un nombre");
                }
            }
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
