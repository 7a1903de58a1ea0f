#include "identity/link_words.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

constexpr page_words english{
    "en",
    {{"Confirm that this e-mail address is yours.", "Confirm the address",
      "Your e-mail address is confirmed."},
     {"Choose a new password. You will be signed out everywhere.", "Set the password",
      "Your new password is set. You can sign in with it now."},
     {"From now on you sign in with this e-mail address.", "Change the address",
      "Your e-mail address was changed. You can sign in with it now."},
     {"You were invited to work with us. Choose a password for your account.", "Accept the invitation",
      "Your account is ready. You can sign in now."},
     {"You were invited to look after a family's registrations together. Choose a password for your account.",
      "Accept the invitation", "Your account is ready. You can sign in now."}},
    {"You were invited to look after a family's registrations together, with the account that you have.",
     "Join the family", "You have joined the family."},
    "Invited by",
    "E-mail address",
    "Given name",
    "Family name",
    "Password",
    "At least 10 characters. A few words that only you would put together are a good password.",
    "Please give your names.",
    "The password is too short: at least 10 characters.",
    "Many people have this password, and attackers try it first. Please choose another one.",
    "The password is made of your names or address, or of our name. Please choose another one.",
    "That was too much at once. Please try again in a moment.",
    "This link does not work: it was used before, is too old, or was withdrawn.",
    "There is an account with this e-mail address already, so the link cannot be used.",
    "Your account has children or registrations of its own, so it cannot join another family.",
    "Go on",
    {"You did not go through with signing in, so nothing was changed. You can try again at any time.",
     "This sign-in was begun in another browser, was finished already, or took too long. Please begin again.",
     "There is an account with your e-mail address already. Please sign in with your password, and connect "
     "the "
     "account with the provider afterwards.",
     "There is no account for you here, and this provider does not make one. Please ask us for an "
     "invitation.",
     "Another account is connected with this sign-in. Please sign out, and sign in with the provider.",
     "Your account asks for a code. Please sign in with your password and the code.",
     "That was too much at once. Please try again in a moment.",
     "The sign-in did not work: something that it needs did not answer. Please try again in a few minutes.",
     "The sign-in did not work. Please begin again; if it happens once more, please tell us."},
};

constexpr page_words german{
    "de",
    {{"Bestätigen Sie, dass diese E-Mail-Adresse Ihnen gehört.", "Adresse bestätigen",
      "Ihre E-Mail-Adresse ist bestätigt."},
     {"Wählen Sie ein neues Passwort. Sie werden überall abgemeldet.", "Passwort setzen",
      "Ihr neues Passwort gilt. Sie können sich jetzt damit anmelden."},
     {"Ab jetzt melden Sie sich mit dieser E-Mail-Adresse an.", "Adresse ändern",
      "Ihre E-Mail-Adresse wurde geändert. Sie können sich jetzt damit anmelden."},
     {"Sie wurden eingeladen, bei uns mitzuarbeiten. Wählen Sie ein Passwort für Ihr Konto.",
      "Einladung annehmen", "Ihr Konto ist bereit. Sie können sich jetzt anmelden."},
     {"Sie wurden eingeladen, sich gemeinsam um die Anmeldungen einer Familie zu kümmern. Wählen Sie ein "
      "Passwort für Ihr Konto.",
      "Einladung annehmen", "Ihr Konto ist bereit. Sie können sich jetzt anmelden."}},
    {"Sie wurden eingeladen, sich mit Ihrem Konto gemeinsam um die Anmeldungen einer Familie zu kümmern.",
     "Der Familie beitreten", "Sie gehören jetzt zur Familie."},
    "Eingeladen von",
    "E-Mail-Adresse",
    "Vorname",
    "Nachname",
    "Passwort",
    "Mindestens 10 Zeichen. Ein paar Wörter, die nur Sie zusammenstellen würden, sind ein gutes Passwort.",
    "Bitte geben Sie Ihren Namen an.",
    "Das Passwort ist zu kurz: mindestens 10 Zeichen.",
    "Dieses Passwort haben viele, und Angreifer versuchen es zuerst. Bitte wählen Sie ein anderes.",
    "Das Passwort besteht aus Ihrem Namen, Ihrer Adresse oder unserem Namen. Bitte wählen Sie ein anderes.",
    "Das war zu viel auf einmal. Bitte versuchen Sie es gleich noch einmal.",
    "Dieser Link gilt nicht: Er wurde schon verwendet, ist zu alt oder wurde zurückgezogen.",
    "Mit dieser E-Mail-Adresse gibt es schon ein Konto, deshalb kann der Link nicht verwendet werden.",
    "Ihr Konto hat eigene Kinder oder Anmeldungen, deshalb kann es keiner anderen Familie beitreten.",
    "Weiter",
    {"Sie haben die Anmeldung abgebrochen, es wurde nichts geändert. Sie können es jederzeit wieder "
     "versuchen.",
     "Diese Anmeldung wurde in einem anderen Browser begonnen, ist schon abgeschlossen oder hat zu lange "
     "gedauert. Bitte beginnen Sie noch einmal.",
     "Mit Ihrer E-Mail-Adresse gibt es schon ein Konto. Bitte melden Sie sich mit Ihrem Passwort an und "
     "verbinden Sie das Konto danach mit dem Anbieter.",
     "Es gibt hier kein Konto für Sie, und dieser Anbieter legt keines an. Bitte lassen Sie sich einladen.",
     "Mit dieser Anmeldung ist ein anderes Konto verbunden. Bitte melden Sie sich ab und mit dem Anbieter "
     "neu "
     "an.",
     "Ihr Konto verlangt einen Code. Bitte melden Sie sich mit Ihrem Passwort und dem Code an.",
     "Das war zu viel auf einmal. Bitte versuchen Sie es gleich noch einmal.",
     "Die Anmeldung hat nicht geklappt: Etwas, das dafür nötig ist, hat nicht geantwortet. Bitte versuchen "
     "Sie "
     "es in ein paar Minuten noch einmal.",
     "Die Anmeldung hat nicht geklappt. Bitte beginnen Sie noch einmal; wenn es wieder geschieht, sagen Sie "
     "es "
     "uns bitte."},
};

constexpr page_words french{
    "fr",
    {{"Confirmez que cette adresse e-mail est la vôtre.", "Confirmer l’adresse",
      "Votre adresse e-mail est confirmée."},
     {"Choisissez un nouveau mot de passe. Vous serez déconnecté partout.", "Définir le mot de passe",
      "Votre nouveau mot de passe est défini. Vous pouvez maintenant vous connecter."},
     {"Désormais, vous vous connectez avec cette adresse e-mail.", "Changer l’adresse",
      "Votre adresse e-mail a été changée. Vous pouvez maintenant vous connecter."},
     {"Vous êtes invité à travailler avec nous. Choisissez un mot de passe pour votre compte.",
      "Accepter l’invitation", "Votre compte est prêt. Vous pouvez maintenant vous connecter."},
     {"Vous êtes invité à gérer ensemble les inscriptions d’une famille. Choisissez un mot de passe pour "
      "votre compte.",
      "Accepter l’invitation", "Votre compte est prêt. Vous pouvez maintenant vous connecter."}},
    {"Vous êtes invité à gérer ensemble les inscriptions d’une famille, avec votre compte.",
     "Rejoindre la famille", "Vous avez rejoint la famille."},
    "Invité par",
    "Adresse e-mail",
    "Prénom",
    "Nom",
    "Mot de passe",
    "Au moins 10 caractères. Quelques mots que vous seul réuniriez font un bon mot de passe.",
    "Veuillez indiquer vos noms.",
    "Le mot de passe est trop court : au moins 10 caractères.",
    "Beaucoup de gens ont ce mot de passe, et il est essayé en premier. Veuillez en choisir un autre.",
    "Le mot de passe est fait de votre nom, de votre adresse ou de notre nom. Veuillez en choisir un autre.",
    "C’était trop à la fois. Veuillez réessayer dans un instant.",
    "Ce lien ne fonctionne pas : il a déjà servi, est trop ancien ou a été retiré.",
    "Il existe déjà un compte avec cette adresse e-mail, le lien ne peut donc pas servir.",
    "Votre compte a ses propres enfants ou inscriptions, il ne peut donc pas rejoindre une autre famille.",
    "Continuer",
    {"Vous n’êtes pas allé au bout de la connexion, rien n’a été changé. Vous pouvez réessayer à tout "
     "moment.",
     "Cette connexion a été commencée dans un autre navigateur, est déjà terminée ou a duré trop longtemps. "
     "Veuillez recommencer.",
     "Il existe déjà un compte avec votre adresse e-mail. Veuillez vous connecter avec votre mot de passe, "
     "puis "
     "relier le compte au fournisseur.",
     "Il n’y a pas de compte pour vous ici, et ce fournisseur n’en crée pas. Veuillez demander une "
     "invitation.",
     "Un autre compte est relié à cette connexion. Veuillez vous déconnecter et vous connecter avec le "
     "fournisseur.",
     "Votre compte demande un code. Veuillez vous connecter avec votre mot de passe et le code.",
     "C’était trop à la fois. Veuillez réessayer dans un instant.",
     "La connexion n’a pas abouti : un service nécessaire n’a pas répondu. Veuillez réessayer dans quelques "
     "minutes.",
     "La connexion n’a pas abouti. Veuillez recommencer ; si cela se reproduit, dites-le-nous."},
};

constexpr const page_words* all[] = {&english, &german, &french};

} // namespace

const page_words& link_words(std::string_view locale) noexcept {
    const std::string_view language = locale.substr(0, locale.find('-'));
    const auto* const found =
        std::find_if(std::begin(all), std::end(all),
                     [language](const page_words* each) { return each->locale == language; });
    return found == std::end(all) ? english : **found;
}

} // namespace kidevent::identity
